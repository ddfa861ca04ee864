package dev.kilter.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** Plays the DCGM exporter of a node on this machine: a recorded page of one GPU, with another pod's name and load. */
final class DcgmExporter implements AutoCloseable {

    static final int PORT = Integer.getInteger("kilter.e2e.dcgm.port", 18091);
    private static final Path RECORDED =
            Installation.ROOT.resolve("autoscaler/src/test/resources/dcgm/gpu-operator-25.10.txt");

    private final HttpServer server;
    private volatile String page = "";

    private DcgmExporter(HttpServer server) {
        this.server = server;
    }

    static DcgmExporter start() throws IOException {
        DcgmExporter exporter = new DcgmExporter(HttpServer.create(new InetSocketAddress(PORT), 0));
        exporter.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        exporter.server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] bytes = exporter.page.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        exporter.server.start();
        return exporter;
    }

    /** From now on that pod's GPU is so busy, in percent. */
    void tells(String namespace, String pod, int utilization) {
        try {
            page = Files.readString(RECORDED)
                    .replaceAll("(?m)^(DCGM_FI_DEV_GPU_UTIL\\{.*}) .*$", "$1 " + utilization)
                    .replace("namespace=\"default\"", "namespace=\"" + namespace + "\"")
                    .replace("pod=\"cuda-75454ffb9f-8ljq7\"", "pod=\"" + pod + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException("reading the recorded page", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
