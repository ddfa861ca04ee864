package dev.kilter.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code /healthz} and {@code /metrics}. */
final class HealthServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    HealthServer(int port, Supplier<List<String>> ailments, CollectorRegistry registry) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("KILTER_HTTP_PORT: " + port + " (expected: a free port)", e);
        }
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> {
            List<String> found = ailments.get();
            answer(
                    exchange,
                    found.isEmpty() ? 200 : 503,
                    "text/plain",
                    found.isEmpty() ? "ok\n" : String.join("\n", found) + "\n");
        });
        server.createContext("/metrics", exchange -> {
            StringWriter text = new StringWriter();
            String format =
                    TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
            TextFormat.writeFormat(format, text, registry.metricFamilySamples());
            answer(exchange, 200, format, text.toString());
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
