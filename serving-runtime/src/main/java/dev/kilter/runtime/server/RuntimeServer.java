package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.kilter.runtime.serving.ModelServer;
import io.prometheus.client.CollectorRegistry;
import java.net.InetSocketAddress;

/** REST and gRPC on one port. Started by {@link #start}; taken down by {@link #beginDrain()}, then {@link #close()}. */
public final class RuntimeServer implements AutoCloseable {

    private final Server server;
    private volatile boolean draining;

    private RuntimeServer(ModelServer models, CollectorRegistry metrics, ServerConfig config) {
        ServerBuilder builder = Server.builder();
        if (config.host().isPresent()) {
            builder.http(new InetSocketAddress(config.host().get(), config.port()));
        } else {
            builder.http(config.port());
        }
        server = builder.service("/v2/health/live", (ctx, req) -> HttpResponse.of(HttpStatus.OK))
                .service(
                        "/v2/health/ready",
                        (ctx, req) -> HttpResponse.of(
                                models.ready() && !draining ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE))
                .service("/metrics", new MetricsService(metrics))
                .build();
    }

    /**
     * Listens before the models are ready: live at once, ready when they are.
     *
     * @param metrics where the edge counts its requests, and what {@code GET /metrics} tells
     * @throws java.util.concurrent.CompletionException if the port cannot be bound
     */
    public static RuntimeServer start(ModelServer models, CollectorRegistry metrics, ServerConfig config) {
        RuntimeServer running = new RuntimeServer(models, metrics, config);
        running.server.start().join();
        return running;
    }

    /** The port that is listened on. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Not ready from now on, so that no new client comes; requests are still taken and answered. */
    public void beginDrain() {
        draining = true;
    }

    /** Sends GOAWAY, waits for requests in flight, closes. */
    @Override
    public void close() {
        server.stop().join();
    }
}
