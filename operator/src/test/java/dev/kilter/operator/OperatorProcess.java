package dev.kilter.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The operator as a process of its own, as its image starts it but for the heap, which is given. */
final class OperatorProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("health and metrics on port (\\d+)\\D");

    /** What Kubernetes gives a pod to end. */
    private static final Duration GRACE = Duration.ofSeconds(30);

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
        try {
            Await.until(
                    "the operator to start or to end",
                    () -> !process.isAlive() || port(log).isPresent());
            return new OperatorProcess(
                    process,
                    port(log).orElseThrow(() -> new IllegalStateException("the operator ended: " + text(log))));
        } catch (AssertionError | IllegalStateException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static OptionalInt port(Path log) {
        Matcher port = PORT.matcher(text(log));
        return port.find() ? OptionalInt.of(Integer.parseInt(port.group(1))) : OptionalInt.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What all counters of a name come to. */
    double metric(String name) {
        try {
            return metrics()
                    .filter(line -> line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Stream<String> metrics() throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines())
                .body();
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
            process.onExit().get(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the operator did not end within " + GRACE + " of SIGTERM", e);
        }
    }
}
