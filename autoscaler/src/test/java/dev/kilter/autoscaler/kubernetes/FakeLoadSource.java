package dev.kilter.autoscaler.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeLoad;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A small HTTP server in a pod's place. */
final class FakeLoadSource implements AutoCloseable {

    /** Of the file that the pod loaded. */
    static final String DIGEST = "sha256:" + "d".repeat(64);

    private final HttpServer server;

    private FakeLoadSource(HttpServer server) {
        this.server = server;
    }

    /** A gateway that is offered so many requests a second since it started a quarter of an hour ago. */
    static FakeLoadSource gateway(String model, Supplier<Double> perSecond, InstantSource clock) throws IOException {
        long started = clock.millis() - 900_000;
        double[] offered = {1000};
        long[] last = {clock.millis()};
        return serve(() -> {
            long now = clock.millis();
            offered[0] += perSecond.get() * (now - last[0]) / 1000;
            last[0] = now;
            long count = (long) offered[0];
            return new GatewayLoad(
                    started,
                    now,
                    List.of(new GatewayLoad.Model(
                            model,
                            count,
                            count,
                            0,
                            0,
                            0,
                            count,
                            Optional.empty(),
                            50,
                            List.of(new GatewayLoad.Bucket(10, count), new GatewayLoad.Bucket(0, count)),
                            List.of())));
        });
    }

    static FakeLoadSource pod(String model, InstantSource clock) throws IOException {
        return serve(() -> new RuntimeLoad(
                1,
                clock.millis(),
                true,
                false,
                true,
                Optional.empty(),
                List.of(new RuntimeLoad.Model(
                        model,
                        "fp32",
                        DIGEST,
                        new RuntimeLoad.OperatingPointState(0, "fp32", 16, 0, Optional.empty()),
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
                        List.of()))));
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static FakeLoadSource serve(Supplier<Object> report) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/kilter/v1/load", exchange -> answer(exchange, Json.write(report.get())));
        server.start();
        return new FakeLoadSource(server);
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
