package dev.kilter.autoscaler.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** {@code /healthz} and {@code /metrics}. */
public final class HealthServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param port 0: any that is free
     * @param healthy what {@code /healthz} answers: 200 or 503
     */
    public static HealthServer start(int port, CollectorRegistry registry, BooleanSupplier healthy) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(port), 16);
            HealthServer server = new HealthServer(http);
            http.setExecutor(server.threads);
            http.createContext("/healthz", exchange -> {
                boolean well = healthy.getAsBoolean();
                answer(exchange, well ? 200 : 503, "text/plain", well ? "ok\n" : "the loop stands still\n");
            });
            http.createContext(
                    "/metrics", exchange -> answer(exchange, 200, TextFormat.CONTENT_TYPE_004, text(registry)));
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be served on: " + e.getMessage(), e);
        }
    }

    /** The port in use. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static String text(CollectorRegistry registry) throws IOException {
        StringWriter writer = new StringWriter();
        TextFormat.write004(writer, registry.metricFamilySamples());
        return writer.toString();
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
