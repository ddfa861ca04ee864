package dev.kilter.e2e;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Serves this machine's local Maven repository to the pods, as an artifact mirror in a company would. */
final class ModelStore implements AutoCloseable {

    static final int PORT = Integer.getInteger("kilter.e2e.store.port", 18089);

    private final HttpServer server;

    private ModelStore(HttpServer server) {
        this.server = server;
    }

    static ModelStore start() {
        Path repository = Path.of(System.getProperty("kilter.maven.repository"));
        HttpServer server = SimpleFileServer.createFileServer(
                new InetSocketAddress(PORT), repository, SimpleFileServer.OutputLevel.NONE);
        server.start();
        return new ModelStore(server);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
