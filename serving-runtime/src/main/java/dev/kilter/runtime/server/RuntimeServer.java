package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import dev.kilter.network.Connections;
import dev.kilter.network.EventLoops;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.protocol.predict.InferenceServiceGrpc;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.FailureLog;
import dev.kilter.runtime.exchange.RequestId;
import dev.kilter.runtime.grpc.HealthService;
import dev.kilter.runtime.grpc.OpenInferenceService;
import dev.kilter.runtime.grpc.UnaryInference;
import dev.kilter.runtime.predict.PredictErrors;
import dev.kilter.runtime.predict.PredictHttp;
import dev.kilter.runtime.predict.PredictService;
import dev.kilter.runtime.rest.Answers;
import dev.kilter.runtime.rest.RestProtocol;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.waiting.WatchfulSelect;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.prometheus.client.CollectorRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** REST and gRPC on one port. Started by {@link #start}; taken down by {@link #beginDrain()}, then {@link #close()}. */
public final class RuntimeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeServer.class);

    /** For requests that carry a few members at most, bytes. */
    private static final int SMALL_BODY = 64 << 10;

    /** After an answer to a request whose body is still coming, how long the rest is read and thrown away. */
    private static final Duration REST_OF_A_BODY = Duration.ofSeconds(2);

    /** Answers that are ready in one turn of an event loop go out together, at most that many. */
    private static final int FLUSHES_TOGETHER = 64;

    /** At the end, how long nothing must have come before the connections are closed. */
    private static final Duration QUIET_PERIOD = Duration.ofMillis(300);

    /** How long what is cut off has to be told so. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    static {
        // No TLS here, so no search for a native one, which would take a tenth of the start.
        System.setProperty("com.linecorp.armeria.tlsEngineType", "jdk");
    }

    private final ModelServer models;
    private final Edge edge;
    private final Connections connections = new Connections();
    private final InFlight inFlight = new InFlight();
    private final Duration shutdownTimeout;
    private final boolean accessLog;
    private final OpenInferenceService openInference;
    private final HealthService health;
    private final LateGrpc grpc;
    private final LateGrpc predict;
    private final Server server;

    private RuntimeServer(ModelServer models, CollectorRegistry metrics, ServerConfig config) {
        this.models = models;
        this.shutdownTimeout = config.patience().shutdown();
        this.accessLog = config.accessLog();
        edge = new Edge(models, config.limits(), config.patience().body(), metrics);
        openInference = new OpenInferenceService(edge);
        health = new HealthService(edge);

        ServerBuilder builder = listening(config);
        RestProtocol.install(builder, edge);
        grpc = new LateGrpc(
                this::grpc,
                GRPCInferenceServiceGrpc.getServiceDescriptor(),
                HealthGrpc.getServiceDescriptor(),
                ServerReflectionGrpc.getServiceDescriptor());
        predict = new LateGrpc(this::predict, InferenceServiceGrpc.getServiceDescriptor());
        builder.service(grpc, service -> new UnaryInference(new BoundedBodies(service, edge), edge));
        installPredict(builder);
        installOperations(builder, metrics);
        server = builder.decorator(this::observed).build();
    }

    private GrpcService grpc() {
        return builder()
                .addService(openInference.definition())
                .addService(health)
                .addService(ProtoReflectionServiceV1.newInstance())
                .build();
    }

    private GrpcService predict() {
        return builder()
                .addService(new PredictService(edge))
                .maxRequestMessageLength(edge.limits().predictBytes())
                .exceptionHandler(new PredictErrors())
                .build();
    }

    private static GrpcServiceBuilder builder() {
        // Else Armeria generates a JSON writer for every message, and nobody sends such JSON.
        return GrpcService.builder()
                .supportedSerializationFormats(
                        GrpcSerializationFormats.PROTO,
                        GrpcSerializationFormats.PROTO_WEB,
                        GrpcSerializationFormats.PROTO_WEB_TEXT);
    }

    /**
     * Brings in what every server is made of, half of the time that {@link #start} takes; depends on nothing, and ends
     * before it is called.
     */
    public static void prepare() {
        Server.builder();
    }

    /**
     * Puts together what no inference needs: gRPC's methods beside it, its streams and its predict. Who asks for one of
     * them before waits for it; blocks for some tenths of a second.
     */
    public void complete() {
        grpc.complete();
        predict.complete();
    }

    private ServerBuilder listening(ServerConfig config) {
        ServerBuilder builder = Server.builder();
        if (config.host().isPresent()) {
            builder.http(new InetSocketAddress(config.host().get(), config.port()));
        } else {
            builder.http(config.port());
        }
        connections.guard(builder, config.connections());
        return builder.workerGroup(eventLoops(config.eventLoops()), true)
                .blockingTaskExecutor(config.eventLoops() + 1)
                .childChannelPipelineCustomizer(pipeline ->
                        pipeline.addFirst(new SentPieces(), new FlushConsolidationHandler(FLUSHES_TOGETHER, true)))
                .maxRequestLength(config.limits().bodyBytes())
                .requestTimeout(config.patience().request())
                .requestAutoAbortDelay(REST_OF_A_BODY)
                .gracefulShutdownTimeout(QUIET_PERIOD, QUIET_PERIOD.multipliedBy(4))
                .unloggedExceptionsReportInterval(Duration.ZERO) // told by FailureLog, and bad requests are no news
                .meterRegistry(new CompositeMeterRegistry()) // nobody reads Armeria's figures, which are per process
                .disableServerHeader()
                .errorHandler(new JsonErrors());
    }

    /** With a single core nobody else could run while a loop watches. */
    private static EventLoopGroup eventLoops(int threads) {
        SelectStrategyFactory waiting = Runtime.getRuntime().availableProcessors() > 1
                ? () -> new WatchfulSelect(System::nanoTime)
                : DefaultSelectStrategyFactory.INSTANCE;
        return EventLoops.serving(threads, "event-loop", waiting);
    }

    /**
     * Predict, each value of which becomes an object, has bodies bounded more tightly than others', and a thread of its
     * own: no other request waits while a large one is decoded.
     */
    private void installPredict(ServerBuilder builder) {
        int mostBytes = edge.limits().predictBytes();
        EventLoopGroup thread = EventLoopGroups.newEventLoopGroup(1, "predict", true);
        builder.route()
                .post(PredictHttp.PATH)
                .maxRequestLength(mostBytes)
                .serviceWorkerGroup(thread, true)
                .build(new PredictHttp(edge));
        for (Route route : predict.routes()) {
            builder.route()
                    .addRoute(route)
                    .maxRequestLength(mostBytes)
                    .serviceWorkerGroup(thread, true)
                    .build(new BoundedBodies(predict, edge));
        }
    }

    private void installOperations(ServerBuilder builder, CollectorRegistry metrics) {
        ControlService control = new ControlService(models, edge::draining);
        builder.service("/metrics", new MetricsService(metrics))
                .service(RuntimeLoad.PATH, (_, _) -> control.load())
                .service("/", (_, _) -> Answers.json(HttpStatus.OK, Landing.of(models)))
                .route()
                .put("/kilter/v1/models/{model}/operating-point")
                .maxRequestLength(SMALL_BODY)
                .build(control::update);
    }

    /** Around every request: its id, its connection, and a line in the log if it fails. */
    private HttpResponse observed(HttpService service, ServiceRequestContext ctx, HttpRequest request)
            throws Exception {
        RequestId.assign(ctx, request.headers());
        connections.seen(ctx);
        inFlight.enter(ctx);
        ctx.log().whenComplete().thenAccept(log -> {
            inFlight.leave(ctx);
            Exchange.of(ctx).ifPresent(Exchange::delivered);
            if (accessLog) {
                FailureLog.write(ctx, log);
            }
        });
        return service.serve(ctx, request);
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
        running.giveUpUntakenAnswers(config.patience().body());
        return running;
    }

    private void giveUpUntakenAnswers(Duration patience) {
        UntakenAnswers answers = new UntakenAnswers(patience);
        long interval = answers.interval().toNanos();
        server.nextEventLoop()
                .scheduleWithFixedDelay(
                        () -> answers.look(inFlight.answers(), System.nanoTime()),
                        interval,
                        interval,
                        TimeUnit.NANOSECONDS);
    }

    /** The port that is listened on. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Not ready from now on, so that no new client comes; requests are still taken and answered. */
    public void beginDrain() {
        edge.beginDrain();
    }

    /**
     * Listens no more, tells every connection to take its next requests elsewhere (GOAWAY, or {@code Connection:
     * close}), and answers what is in flight for at most the configured time.
     */
    @Override
    public void close() {
        edge.beginDrain();
        connections.leave();
        connections.stopListening();
        openInference.endStreams();
        health.endStreams();
        try {
            // Armeria cuts streams that are open when its own shutdown begins, so the wait comes first.
            long began = System.nanoTime();
            boolean ended = connections.awaitEnded(shutdownTimeout)
                    && inFlight.awaitNone(shutdownTimeout.minusNanos(System.nanoTime() - began));
            if (!ended) {
                LOG.warn("Requests were still in flight after {}; they are cut off", shutdownTimeout);
                inFlight.cutOff();
                inFlight.awaitNone(LAST_ANSWERS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop().join();
    }
}
