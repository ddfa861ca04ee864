package dev.kilter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process does whose model leaks, as its clients and who started it see it. */
@Timeout(180)
class LeakingProcessTest {

    private static final String BODY =
            "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong answered = new AtomicLong();

    @Test
    void itLeavesWithoutLosingARequestAndSaysWhy(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeakingProcess.class.getName())
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out = process.inputReader();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            URI server = URI.create("http://127.0.0.1:" + port(out));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(clients.submit(() -> askWhileReady(server)));
            }
            for (Future<?> client : running) {
                client.get(120, TimeUnit.SECONDS);
            }
            String rest = String.join("\n", out.lines().toList());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(rest + Files.readString(log)).isEqualTo(ExitCode.MEMORY);
            assertThat(rest + Files.readString(log))
                    .contains("is not given back", "(model m: ", "this process leaves before it is killed");
        } finally {
            process.destroyForcibly();
        }
        assertThat(answered.get()).isGreaterThan(240); // twelve windows of twenty
    }

    private static String port(BufferedReader out) throws Exception {
        String line = out.readLine();
        while (line != null && !line.matches("\\d+")) { // the log may be on the same stream
            line = out.readLine();
        }
        assertThat(line).isNotNull();
        return line;
    }

    /** As a gateway does: every request is answered until the server is not ready. */
    private Void askWhileReady(URI server) throws Exception {
        HttpRequest ready =
                HttpRequest.newBuilder(server.resolve("/v2/health/ready")).build();
        HttpRequest infer = HttpRequest.newBuilder(server.resolve("/v2/models/m/infer"))
                .POST(BodyPublishers.ofString(BODY))
                .build();
        while (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
            var response = http.send(infer, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            answered.incrementAndGet();
        }
        return null;
    }
}
