package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.FailureLog;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.RequestId;
import dev.kilter.runtime.grpc.HealthService;
import dev.kilter.runtime.grpc.OpenInferenceService;
import dev.kilter.runtime.predict.PredictErrors;
import dev.kilter.runtime.predict.PredictRequests;
import dev.kilter.runtime.predict.PredictService;
import dev.kilter.runtime.rest.Answers;
import dev.kilter.runtime.rest.RestProtocol;
import dev.kilter.runtime.serving.ModelServer;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.prometheus.client.CollectorRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** REST and gRPC on one port. Started by {@link #start}; taken down by {@link #beginDrain()}, then {@link #close()}. */
public final class RuntimeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeServer.class);

    /** Longer than gateways and clients keep a connection unused, so that they close it and not we. */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);

    /** At the end, how long nothing must have come before the connections are closed. */
    private static final Duration QUIET_PERIOD = Duration.ofMillis(300);

    private final ModelServer models;
    private final Connections connections = new Connections();
    private final InFlight inFlight = new InFlight();
    private final Limits limits;
    private final Duration shutdownTimeout;
    private final OpenInferenceService openInference;
    private final HealthService health;
    private final Server server;
    private volatile boolean draining;

    private RuntimeServer(ModelServer models, CollectorRegistry metrics, ServerConfig config) {
        this.models = models;
        this.limits = config.limits();
        this.shutdownTimeout = config.shutdownTimeout();
        Edge edge = new Edge(models, config.limits(), metrics);
        openInference = new OpenInferenceService(edge, this::ready);
        health = new HealthService(edge, this::ready);

        ServerBuilder builder = listening(config);
        RestProtocol.install(builder, edge, this::ready);
        builder.service(GrpcService.builder()
                .addService(openInference)
                .addService(health)
                .addService(ProtoReflectionServiceV1.newInstance())
                .build());
        builder.service(GrpcService.builder()
                .addService(new PredictService(edge))
                .maxRequestMessageLength(limits.predictBytes())
                .exceptionHandler(new PredictErrors())
                .enableHttpJsonTranscoding(HttpJsonTranscodingOptions.builder()
                        .errorHandler(new PredictErrors())
                        .build())
                .build());
        installOperations(builder, metrics);
        server = builder.decorator(this::observed).build();
    }

    private static ServerBuilder listening(ServerConfig config) {
        ServerBuilder builder = Server.builder();
        if (config.host().isPresent()) {
            builder.http(new InetSocketAddress(config.host().get(), config.port()));
        } else {
            builder.http(config.port());
        }
        return builder.maxRequestLength(config.limits().bodyBytes())
                .requestTimeout(config.requestTimeout())
                .idleTimeout(IDLE_TIMEOUT)
                .gracefulShutdownTimeout(QUIET_PERIOD, QUIET_PERIOD.multipliedBy(4))
                .errorHandler(new JsonErrors());
    }

    private void installOperations(ServerBuilder builder, CollectorRegistry metrics) {
        ControlService control = new ControlService(models, () -> draining);
        builder.service("/metrics", new MetricsService(metrics))
                .service(RuntimeLoad.PATH, (_, _) -> control.load())
                .service(
                        Route.builder()
                                .methods(HttpMethod.PUT)
                                .path("/kilter/v1/models/{model}/operating-point")
                                .build(),
                        control::update)
                .service("/", (_, _) -> Answers.json(HttpStatus.OK, Landing.of(models)));
    }

    /** Around every request: its id, its connection, and a line in the log if it fails. */
    private HttpResponse observed(HttpService service, ServiceRequestContext ctx, HttpRequest request)
            throws Exception {
        RequestId.assign(ctx, request.headers());
        connections.seen(ctx);
        inFlight.enter();
        ctx.log().whenComplete().thenAccept(log -> {
            inFlight.leave();
            FailureLog.write(ctx, log);
        });
        return service.serve(ctx, PredictRequests.prepared(ctx, request, limits));
    }

    private boolean ready() {
        return !draining && models.ready();
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

    /**
     * Tells every connection to take its next requests elsewhere (GOAWAY, or {@code Connection: close}), answers what
     * is in flight for at most the configured time, then stops listening.
     */
    @Override
    public void close() {
        draining = true;
        connections.leave();
        openInference.endStreams();
        health.endStreams();
        try {
            // Armeria cuts streams that are open when its own shutdown begins, so the wait comes first.
            if (!inFlight.awaitNone(shutdownTimeout)) {
                LOG.warn("Requests were still in flight after {}; they are cut off", shutdownTimeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop().join();
    }
}
