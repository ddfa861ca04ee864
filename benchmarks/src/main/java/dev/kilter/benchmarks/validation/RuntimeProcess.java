package dev.kilter.benchmarks.validation;

import dev.kilter.cli.local.PodTemplate;
import dev.kilter.cli.local.RuntimeCommand;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.ProfileReport;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.profile.ProfileCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One serving runtime as a process of its own, started as local mode starts it. */
final class RuntimeProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);
    private static final double LONG_SECONDS = 3600;

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final Process process;
    private final Path log;
    private final int port;
    private long version;

    private RuntimeProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts one; {@link #awaitReady} waits for it. */
    static RuntimeProcess start(RuntimeConfig config, Path log) throws IOException {
        int port = freePort();
        ProcessBuilder builder = builder("serve", config);
        builder.environment().put(RuntimeConfig.HOST_ENVIRONMENT, "127.0.0.1");
        builder.environment().put(RuntimeConfig.PORT_ENVIRONMENT, Integer.toString(port));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new RuntimeProcess(builder.start(), log, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The curve of the first model's active variant, measured by the runtime's own command; blocks. */
    static ServiceCurve profile(RuntimeConfig config, Duration budget, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = builder("profile", config);
        builder.environment().put(ProfileCommand.BUDGET_ENVIRONMENT, Long.toString(budget.toSeconds()));
        Path out = Files.createTempFile("kilter-profile", ".json");
        try {
            Process process = builder.redirectError(log.toFile())
                    .redirectOutput(out.toFile())
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("profile ended with " + process.exitValue() + ": " + Files.readString(log));
            }
            String report = Files.readAllLines(out).getLast();
            return curve(Json.read(report, ProfileReport.class).serviceTime());
        } finally {
            Files.delete(out);
        }
    }

    private static ProcessBuilder builder(String command, RuntimeConfig config) {
        PodTemplate template = new PodTemplate(
                "validation",
                RuntimeCommand.IMAGE,
                List.of(command),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                END,
                OptionalDouble.empty(),
                OptionalLong.empty());
        ProcessBuilder builder = new ProcessBuilder(new RuntimeCommand().of(template, "-Dkilter.validation=true"));
        Map<String, String> environment = new HashMap<>(RuntimeCommand.environment());
        environment.put(RuntimeConfig.ENVIRONMENT, Json.write(config));
        builder.environment().putAll(environment);
        return builder;
    }

    static ServiceCurve curve(List<RuntimeLoad.CurvePoint> points) {
        return new ServiceCurve(points.stream()
                .map(p -> new ServiceCurve.Point(p.batchSize(), p.meanMillis() / 1e3, p.p99Millis() / 1e3, p.samples()))
                .toList());
    }

    int port() {
        return port;
    }

    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException("the runtime is not ready (expected: within " + START.toSeconds() + " s): "
                        + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return CLIENT.send(get("/v2/health/ready"), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // does not listen yet
        }
    }

    /** What it has learnt of its curve, and counted. */
    RuntimeLoad.Model load() throws IOException, InterruptedException {
        String report = CLIENT.send(get(RuntimeLoad.PATH), HttpResponse.BodyHandlers.ofString())
                .body();
        return Json.read(report, RuntimeLoad.class).models().getFirst();
    }

    /** Tells it to serve like that; completes once it is in force. */
    CompletableFuture<Void> operate(String model, OperatingPoint point) {
        version++;
        OperatingPointUpdate update = new OperatingPointUpdate(
                version,
                point.variant(),
                point.maxBatchSize(),
                point.maxDelay().map(delay -> delay.toNanos() / 1e6),
                point.lesser().map(by -> new OperatingPointUpdate.Lesser(by.variant(), by.maxShare())),
                LONG_SECONDS);
        HttpRequest put = HttpRequest.newBuilder(uri("/kilter/v1/models/" + model + "/operating-point"))
                .PUT(HttpRequest.BodyPublishers.ofString(Json.write(update)))
                .build();
        return CLIENT.sendAsync(put, HttpResponse.BodyHandlers.ofString()).thenAccept(answer -> {
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("operating point: " + answer.body());
            }
        });
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(5)).build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
