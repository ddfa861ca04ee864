package dev.kilter.gateway;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.gateway.counting.Ledger;
import dev.kilter.gateway.counting.PrometheusCounters;
import dev.kilter.gateway.proxy.BodyBudget;
import dev.kilter.gateway.proxy.ErrorAnswers;
import dev.kilter.gateway.proxy.ForwardingService;
import dev.kilter.gateway.proxy.PodClients;
import dev.kilter.gateway.proxy.Upstreams;
import dev.kilter.gateway.proxy.WaitingRoom;
import dev.kilter.gateway.routing.EndpointSource;
import dev.kilter.gateway.routing.Pod;
import dev.kilter.gateway.routing.RouteSource;
import dev.kilter.gateway.routing.RoutingTable;
import dev.kilter.network.Connections;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.netty.channel.EventLoopGroup;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: REST and gRPC on one port, HTTP/1.1 and HTTP/2 without TLS. Threads may call any method at any
 * time.
 */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final long TICK_MILLIS = 250;

    private final GatewayConfig config;
    private final RouteSource routes;
    private final EndpointSource endpoints;
    private final InstantSource clock = InstantSource.system();
    private final long startedAtMillis = clock.millis();
    private final RoutingTable routing = new RoutingTable();
    private final Ledger ledger = new Ledger(routing);
    private final CollectorRegistry metrics = new CollectorRegistry();
    private final Connections connections = new Connections();
    private final InFlight inFlight = new InFlight();
    private final BodyBudget bodies;
    private final WaitingRoom waitingRoom;
    private final EventLoopGroup loops;
    private final PodClients clients;
    private final Server server;
    private volatile boolean draining;

    private Gateway(GatewayConfig config, RouteSource routes, EndpointSource endpoints) {
        this.config = config;
        this.routes = routes;
        this.endpoints = endpoints;
        this.bodies = new BodyBudget(config.maxHeldBytes(), config.maxTransfer());
        this.waitingRoom = new WaitingRoom(config.maxHeld());
        this.loops = EventLoopGroups.newEventLoopGroup(config.threads(), "kilter-gateway", true);
        this.clients = new PodClients(loops, config.maxRequestBytes());
        this.metrics.register(new PrometheusCounters(ledger));
        this.metrics.register(new BodyMetrics(bodies));
        this.server = server();
    }

    /**
     * Listens, and follows the sources from then on; owns them: {@link #close()} closes them too.
     *
     * @throws java.util.concurrent.CompletionException if the port cannot be bound; its cause is the
     *     {@link IOException}
     */
    public static Gateway start(GatewayConfig config, RouteSource routes, EndpointSource endpoints) {
        Gateway gateway = new Gateway(config, routes, endpoints);
        try {
            gateway.server.start().join();
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
        endpoints.start((pool, present) -> {
            gateway.routing.endpoints(pool, present);
            gateway.waitingRoom.changed();
        });
        routes.start(gateway::follow);
        gateway.loops.next().scheduleWithFixedDelay(gateway::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return gateway;
    }

    private Server server() {
        Upstreams upstreams = new Upstreams(
                routing, clients, waitingRoom, bodies, config.maxHold().toNanos());
        ServerBuilder builder = Server.builder();
        connections.guard(builder, config.connections());
        return builder.http(config.address())
                .workerGroup(loops, false)
                .maxRequestLength(config.maxRequestBytes())
                .requestTimeout(config.maxTransfer())
                .gracefulShutdownTimeout(
                        config.stopTimeout().isZero() ? Duration.ZERO : Duration.ofMillis(50), config.stopTimeout())
                .unloggedExceptionsReportIntervalMillis(0) // Each has its answer; the counters tell how many.
                .disableServerHeader()
                .disableDateHeader()
                .errorHandler(new ErrorAnswers(config.maxRequestBytes()))
                .service("/healthz", (ctx, req) -> HttpResponse.of(HttpStatus.OK))
                .service(
                        "/readyz",
                        (ctx, req) -> HttpResponse.of(ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE))
                .service(GatewayLoad.PATH, (ctx, req) -> HttpResponse.of(MediaType.JSON, Json.write(load())))
                .service("/metrics", (ctx, req) -> prometheusText())
                .serviceUnder("/", new ForwardingService(upstreams, ledger, () -> draining))
                .decorator(this::observed)
                .build();
    }

    /** Around every request. */
    private HttpResponse observed(HttpService service, ServiceRequestContext ctx, HttpRequest request)
            throws Exception {
        inFlight.enter(ctx);
        connections.seen(ctx);
        return service.serve(ctx, request);
    }

    private void follow(RouteTable table) {
        routing.routes(table);
        ledger.follow();
        waitingRoom.changed();
    }

    private void tick() {
        try {
            routing.learnPaces();
            clients.retain(routing.pods().map(Pod::address).collect(Collectors.toSet()));
            bodies.cutSlowReaders(System.nanoTime());
            waitingRoom.changed(); // A pod that was left alone may be tried again by now.
        } catch (RuntimeException e) {
            LOG.error("tick failed", e); // Thrown on, it would have been the last one.
        }
    }

    private HttpResponse prometheusText() {
        try {
            StringWriter text = new StringWriter();
            TextFormat.write004(text, metrics.metricFamilySamples());
            return HttpResponse.of(
                    HttpStatus.OK, MediaType.parse(TextFormat.CONTENT_TYPE_004), HttpData.ofUtf8(text.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Whether routes and endpoints were read at least once, and it does not drain. */
    public boolean ready() {
        return routing.known() && endpoints.known() && !draining;
    }

    /** What arrived, what became of it, what is outstanding: the report that {@code GET /kilter/v1/load} serves. */
    public GatewayLoad load() {
        return ledger.load(startedAtMillis, clock.millis());
    }

    /**
     * Not ready from now on: tells every connection to reconnect elsewhere, and still answers whoever comes. Waits
     * nothing; the caller gives clients {@link GatewayConfig#drainGrace()} before it closes.
     */
    public void drain() {
        draining = true;
        connections.leave();
    }

    /** Lets requests in flight finish (at most the configured time), accepts no more, releases port and threads. */
    @Override
    public void close() {
        drain();
        // Before the server stops: Armeria's own stop cuts streams of a connection that was told to leave. And before
        // the sources end: what is in flight may still need a pod.
        connections.stopListening();
        if (!awaitEnd(config.stopTimeout())) {
            LOG.warn("Requests were still in flight after {}; they are cut off", config.stopTimeout());
        }
        server.stop().join();
        routes.close();
        endpoints.close();
        clients.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private boolean awaitEnd(Duration longest) {
        long began = System.nanoTime();
        try {
            return connections.awaitEnded(longest) && inFlight.awaitNone(longest.minusNanos(System.nanoTime() - began));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
