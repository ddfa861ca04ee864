package dev.kilter.benchmarks.validation;

import dev.kilter.cli.load.ConstantArrivals;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.Pace;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.ReplayedArrivals;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Filling;
import dev.kilter.cli.load.request.Requests;
import dev.kilter.cli.load.wire.Endpoint;
import dev.kilter.cli.load.wire.Http2Target;
import dev.kilter.cli.load.wire.NettyLoop;
import dev.kilter.cli.load.wire.WireRequest;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.gateway.Gateway;
import dev.kilter.gateway.GatewayConfig;
import dev.kilter.gateway.local.InMemoryEndpoints;
import dev.kilter.gateway.local.InMemoryRoutes;
import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.engine.TextEmbedding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real thing: a gateway, its runtime processes, and the load generator that replays arrivals. */
final class Stand implements AutoCloseable {
    private static final String MODEL = "model";
    private static final String POOL = "pool";
    private static final int CONNECTIONS = 8;
    private static final int CLIENTS = 8;

    /** Beside the model that is looked at: what warms up all that is not the engine's. */
    private static final Model WARM = Model.emulated("warm-up", "1:100us");

    private static final Duration COMPILERS_REST = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(250);

    /** Of a core: below it nobody compiles any more. */
    private static final double IDLE = 0.1;

    private static final int MOST_IN_FLIGHT = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final NettyLoop loop;
    private final List<RuntimeProcess> runtimes = new ArrayList<>();
    private final Gateway gateway;
    private final List<WireRequest> requests;
    private final List<WireRequest> warming;

    /** Starts it; blocks until it serves. */
    Stand(Configuration configuration, NettyLoop loop, Path logs) throws IOException, InterruptedException {
        this.configuration = configuration;
        this.loop = loop;
        InMemoryRoutes routes = new InMemoryRoutes();
        InMemoryEndpoints endpoints = new InMemoryEndpoints();
        gateway = Gateway.start(GatewayConfig.local(0), routes, endpoints);
        RuntimeConfig both = config(List.of(served(configuration), WARM.config(WARM.name(), "fp32", configuration)));
        try {
            for (int i = 1; i <= configuration.replicas(); i++) {
                runtimes.add(RuntimeProcess.start(both, logs.resolve("runtime-" + i + ".log")));
            }
            for (RuntimeProcess runtime : runtimes) {
                runtime.awaitReady();
            }
            double objective = configuration.objective().toNanos() / 1e6;
            routes.publish(new RouteTable(List.of(route(MODEL, objective), route(WARM.name(), objective))));
            endpoints.setReady(
                    POOL,
                    runtimes.stream()
                            .map(runtime -> new PodAddress("127.0.0.1", runtime.port()))
                            .toList());
            requests = requests(MODEL, asProfiled(configuration.model(), logs));
            warming = requests(WARM.name(), Optional.empty());
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static RouteTable.Model route(String model, double objectiveMillis) {
        return new RouteTable.Model(
                model,
                objectiveMillis,
                List.of(new RouteTable.Revision("r1", 1, List.of(new RouteTable.Pool(POOL, 1)))));
    }

    private List<WireRequest> requests(String model, Optional<Path> file) throws InterruptedException {
        URI base = URI.create("http://127.0.0.1:" + gateway.port());
        return new Requests(base, Dialect.GRPC, model, Filling.RANDOM, 1, Map.of(), file).make();
    }

    /** Requests that hold what a profile is measured with, where what they hold decides what they take. */
    private static Optional<Path> asProfiled(Model model, Path folder) throws IOException {
        if (model.embedding().isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> input = Map.of(
                "name", TextEmbedding.TEXT.name(),
                "datatype", TextEmbedding.TEXT.type(),
                "shape", List.of(1),
                "data", List.of(SampleInputs.TEXT));
        return Optional.of(
                Files.writeString(folder.resolve("request.json"), Json.write(Map.of("inputs", List.of(input)))));
    }

    /** The model for itself, as it is profiled. */
    static RuntimeConfig alone(Configuration configuration) {
        return config(List.of(served(configuration)));
    }

    private static RuntimeConfig.Model served(Configuration configuration) {
        return configuration.model().config(MODEL, configuration.point().variant(), configuration);
    }

    private static RuntimeConfig config(List<RuntimeConfig.Model> models) {
        return new RuntimeConfig(models, new RuntimeConfig.Engine("CPU", 1, 1));
    }

    /**
     * Until what compiles itself while it runs has done so: as many requests as both cores serve, answered by an engine
     * that takes next to no time, then by the model itself; then the compilers' rest.
     */
    void warmUp(Duration length) throws InterruptedException {
        OperatingPoint point = configuration.point();
        operate(new OperatingPoint(point.variant(), configuration.largestBatch(), Optional.of(Duration.ZERO)));
        flood(warming, length);
        flood(requests, length);
        awaitIdle();
    }

    private void flood(List<WireRequest> what, Duration length) throws InterruptedException {
        Duration all = length.multipliedBy(configuration.replicas());
        Pace pace = new Pace.ClosedLoop(CLIENTS * configuration.replicas(), all.toNanos());
        sent(what, pace, new Recorder(0, all, configuration.objective()));
    }

    private static void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + COMPILERS_REST.toNanos();
        double busy = 1;
        while (busy > IDLE && System.nanoTime() - end < 0) {
            double before = Neighbours.ownSeconds();
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            busy = (Neighbours.ownSeconds() - before) * 1e9 / LOOK.toNanos();
        }
    }

    /** Replays arrivals from the first operating point on; blocks until the last answer. */
    Observed replay(long[] arrivals, Duration length, Duration warmUp) throws InterruptedException {
        operate(configuration.point());
        Recorder recorder = new Recorder(arrivals[0], warmUp, configuration.objective());
        configuration
                .later()
                .ifPresent(point -> loop.at(
                        loop.nanos() + length.dividedBy(2).toNanos(),
                        () -> runtimes.forEach(runtime -> runtime.operate(MODEL, point))));
        return sent(requests, new Pace.OpenLoop(new ReplayedArrivals(arrivals, length)), recorder);
    }

    /** Sends evenly at a low rate, so that no request meets another or waits for one; the first third is left out. */
    Observed calm(double perSecond, Duration length) throws InterruptedException {
        OperatingPoint point = configuration.point();
        operate(new OperatingPoint(point.variant(), point.maxBatchSize(), Optional.of(Duration.ZERO)));
        Recorder recorder = new Recorder(0, length.dividedBy(3), configuration.objective());
        return sent(requests, new Pace.OpenLoop(new ConstantArrivals(RateCurve.constant(perSecond), length)), recorder);
    }

    /** What the first runtime has learnt of its active variant. */
    ServiceCurve learnt() throws IOException, InterruptedException {
        return RuntimeProcess.curve(runtimes.getFirst().load().curve());
    }

    private void operate(OperatingPoint point) {
        runtimes.stream().map(runtime -> runtime.operate(MODEL, point)).toList().forEach(done -> done.join());
    }

    private Observed sent(List<WireRequest> what, Pace pace, Recorder recorder) throws InterruptedException {
        Neighbours neighbours = new Neighbours();
        try (Http2Target target = new Http2Target(
                loop, new Endpoint("127.0.0.1", gateway.port(), false), what, CONNECTIONS, TIMEOUT.toNanos(), true)) {
            new LoadGenerator(loop, pace, target, recorder, MOST_IN_FLIGHT).run(TIMEOUT.toNanos());
        }
        return recorder.observed(neighbours.share());
    }

    @Override
    public void close() {
        runtimes.forEach(RuntimeProcess::close);
        gateway.close();
    }
}
