package dev.kilter.cli.local;

import com.sun.net.httpserver.HttpServer;
import dev.kilter.protocol.RuntimeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The main of a tiny process that behaves like a serving pod: ready after a while, crashes or falls ill when asked,
 * says when it is told to end. Argument: milliseconds until ready.
 */
public final class FakeRuntime {

    private FakeRuntime() {}

    /** Serves until SIGTERM. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(System.getenv(RuntimeConfig.PORT_ENVIRONMENT));
        AtomicBoolean ready = new AtomicBoolean();
        AtomicBoolean live = new AtomicBoolean(true);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/crash" -> Runtime.getRuntime().halt(7);
                case "/ill" -> live.set(false);
                case "/unready" -> ready.set(false);
                case "/ready" -> {
                    exchange.sendResponseHeaders(ready.get() ? 204 : 503, -1);
                    exchange.close();
                    return;
                }
                default -> {}
            }
            exchange.sendResponseHeaders(live.get() ? 204 : 500, -1);
            exchange.close();
        });
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("drained")));
        Thread.sleep(Long.parseLong(args[0]));
        System.out.println("ready " + System.getenv("GREETING"));
        ready.set(true);
        Thread.sleep(Long.MAX_VALUE);
    }
}
