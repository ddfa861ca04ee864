package dev.kilter.e2e;

import com.sun.net.httpserver.HttpServer;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reports in place of pods that nobody runs: they serve their models, and nobody asks them anything. */
final class IdlePods implements AutoCloseable {

    /** Where {@code cluster kwok} sends what is meant for such pods. */
    static final int PORT = 18090;

    private final HttpServer server;

    /** What a pod serves. */
    record Served(String model, String variant, String digest) {

        private RuntimeLoad.Model idle() {
            return new RuntimeLoad.Model(
                    model,
                    variant,
                    digest,
                    new RuntimeLoad.OperatingPointState(1, variant, 8, 0, Optional.empty()),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    List.of());
        }
    }

    private IdlePods(HttpServer server) {
        this.server = server;
    }

    /** @param served by any of them: one report for all, of which whoever asks takes the model that it looks for */
    static IdlePods start(List<Served> served) {
        long startedAt = System.currentTimeMillis();
        List<RuntimeLoad.Model> idle = served.stream().map(Served::idle).toList();
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
            server.createContext(RuntimeLoad.PATH, exchange -> {
                RuntimeLoad now = new RuntimeLoad(
                        startedAt, System.currentTimeMillis(), true, false, true, Optional.empty(), idle);
                byte[] report = Json.write(now).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, report.length);
                exchange.getResponseBody().write(report);
                exchange.close();
            });
            server.start();
            return new IdlePods(server);
        } catch (IOException e) {
            throw new UncheckedIOException("reports of idle pods on port " + PORT, e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
