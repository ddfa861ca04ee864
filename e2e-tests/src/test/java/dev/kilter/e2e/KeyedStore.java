package dev.kilter.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** One object behind S3's protocol, for whoever signs with the key that it takes now; signatures are not looked at. */
final class KeyedStore implements AutoCloseable {

    static final int PORT = Integer.getInteger("kilter.e2e.keyed.store.port", 18090);

    private final String path;
    private final byte[] object;
    private final HttpServer server;
    private volatile String key;

    private KeyedStore(String path, byte[] object, String key) throws IOException {
        this.path = path;
        this.object = object;
        this.key = key;
        this.server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** @param key whose requests are answered */
    static KeyedStore start(String path, byte[] object, String key) {
        try {
            return new KeyedStore(path, object, key);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + PORT, e);
        }
    }

    /** From now on it takes this key and no other. */
    void rotateTo(String newKey) {
        key = newKey;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!authorization.contains("Credential=" + key + "/")) {
                error(exchange, 403, "InvalidAccessKeyId");
            } else if (!exchange.getRequestURI().getPath().equals(path)) {
                error(exchange, 404, "NoSuchKey");
            } else {
                exchange.sendResponseHeaders(200, object.length);
                exchange.getResponseBody().write(object);
            }
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = "<Error><Code>%s</Code></Error>".formatted(code).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
