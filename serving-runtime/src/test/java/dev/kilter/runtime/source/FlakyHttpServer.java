package dev.kilter.runtime.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executors;

/** Serves one file on loopback, with ranges, and fails as it is told: one entry of the script for each request. */
final class FlakyHttpServer implements AutoCloseable {

    /** How a request ends: with that status, or broken off after so many bytes of it. */
    record Fate(int status, int breakAfter) {
        static Fate status(int status) {
            return new Fate(status, Integer.MAX_VALUE);
        }

        static Fate breakAfter(int bytes) {
            return new Fate(200, bytes);
        }
    }

    private final HttpServer server;
    private final Queue<Fate> script = new ArrayDeque<>();
    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    private volatile byte[] content;
    private volatile String tag = "\"v1\"";

    FlakyHttpServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    ModelUri uri(String path) throws SourceException {
        return ModelUri.parse("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    synchronized FlakyHttpServer then(Fate... fates) {
        script.addAll(Arrays.asList(fates));
        return this;
    }

    void replace(byte[] with, String newTag) {
        content = with;
        tag = newTag;
    }

    /** The Range header of each request; "" where there was none. */
    List<String> ranges() {
        return List.copyOf(ranges);
    }

    private synchronized Fate next() {
        Fate fate = script.poll();
        return fate == null ? Fate.status(200) : fate;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "" : range);
            Fate fate = next();
            if (fate.status() != 200) {
                exchange.sendResponseHeaders(fate.status(), -1);
                return;
            }
            boolean resume =
                    range != null && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
            int from = resume ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
            byte[] part = Arrays.copyOfRange(content, from, content.length);
            exchange.getResponseHeaders().set("ETag", tag);
            exchange.sendResponseHeaders(resume ? 206 : 200, part.length);
            exchange.getResponseBody().write(part, 0, Math.min(part.length, fate.breakAfter()));
            exchange.getResponseBody().flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
