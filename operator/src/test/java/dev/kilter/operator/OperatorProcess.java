package dev.kilter.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operator as a process of its own, as its image starts it but for the heap, which is given. */
final class OperatorProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("health and metrics on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private OperatorProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it follows the API server. */
    static OperatorProcess start(Path kubeconfig, String heap) throws IOException {
        Path log = Files.createTempFile("operator", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of(System.getProperty("kilter.fleet.jvm", "").split(" ")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("KILTER_RUNTIME_IMAGE", Examples.SETTINGS.runtimeImage());
        builder.environment().put("KILTER_GATEWAY_IMAGE", Examples.SETTINGS.gatewayImage());
        builder.environment().put("KILTER_NAMESPACE", "default");
        builder.environment().put("KILTER_HTTP_PORT", "0");
        Process process = builder.start();
        while (process.isAlive()) {
            Matcher port = PORT.matcher(Files.readString(log));
            if (port.find()) {
                return new OperatorProcess(process, Integer.parseInt(port.group(1)));
            }
            World.pause(50);
        }
        throw new IOException("the operator ended: " + Files.readString(log));
    }

    /** What all counters of a name come to. */
    double metric(String name) throws IOException, InterruptedException {
        String text = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The most memory it had, in MiB, as Linux tells. */
    long mostResident() throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** What of the heap is in use after a collection, in MiB. */
    long liveHeap() throws IOException {
        jcmd("GC.run");
        Matcher used = Pattern.compile("total \\d+K, used (\\d+)K").matcher(jcmd("GC.heap_info"));
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
        }
        return sum / 1024;
    }

    private String jcmd(String command) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process.pid()),
                        command)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** It gets to do nothing more. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it as Kubernetes does; fails if it would have to be killed. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the operator did not end within 20 s of SIGTERM", e);
        }
    }
}
