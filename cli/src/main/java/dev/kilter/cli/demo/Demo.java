package dev.kilter.cli.demo;

import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.cli.UserError;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.LoadStatistics;
import dev.kilter.cli.load.Pace;
import dev.kilter.cli.load.PoissonArrivals;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Filling;
import dev.kilter.cli.load.request.Requests;
import dev.kilter.cli.load.wire.Endpoint;
import dev.kilter.cli.load.wire.Http2Target;
import dev.kilter.cli.load.wire.NettyLoop;
import dev.kilter.cli.load.wire.WireRequest;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.view.Snapshot;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Drives a run with load that rises and falls, and shows it. */
public final class Demo {

    private static final long SEED = 20_260_101;
    private static final int MAX_IN_FLIGHT = 2000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    /** Long enough for the first compilation of client, gateway and replica; offered at the quiet rate, not counted. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private final LocalRun run;
    private final LocalMachine machine;
    private final InstantSource clock;

    public Demo(LocalRun run, LocalMachine machine, InstantSource clock) {
        this.run = run;
        this.machine = machine;
        this.clock = clock;
    }

    /** How much load there will be, and why, in a sentence. */
    public String intent(Duration duration) {
        return plan(duration).reason() + "; before it " + WARM_UP.toSeconds() + " s of warm-up, not counted";
    }

    /**
     * Offers the load and shows it as it goes.
     *
     * @param show called some times a second
     * @return the lines of the summary; shorter than asked for if the thread is interrupted, which ends the load
     */
    public List<String> play(Duration duration, Consumer<Snapshot> show) throws InterruptedException {
        InferenceDeploymentSpec spec = run.deployment().getSpec();
        LoadStatistics statistics = statistics(spec);
        RateCurve curve = plan(duration).curve();
        Endpoint gateway = new Endpoint("127.0.0.1", run.port(), false);
        try (NettyLoop loop = new NettyLoop("load");
                Http2Target target = new Http2Target(loop, gateway, requests(), 1, TIMEOUT.toNanos(), false)) {
            Pace quiet = poisson(RateCurve.constant(curve.at(0)), WARM_UP);
            new LoadGenerator(loop, quiet, target, statistics(spec), MAX_IN_FLIGHT).run(TIMEOUT.toNanos());
            Pace pace = poisson(curve, duration);
            LoadGenerator generator = new LoadGenerator(loop, pace, target, statistics, MAX_IN_FLIGHT);
            Instant began = clock.instant();
            Observer observer = new Observer(run, machine, generator, statistics, duration, began);
            generator.begin(TIMEOUT.toNanos());
            Snapshot last = observer.observe(clock.instant());
            try {
                while (!generator.await(Observer.PERIOD.toNanos())) {
                    last = observer.observe(clock.instant());
                    show.accept(last);
                }
            } catch (InterruptedException e) {
                // Ctrl-C: no new requests, an honest summary of what was, and the caller drains.
                generator.stop();
                generator.await(TIMEOUT.toNanos());
            }
            last = observer.observe(clock.instant());
            return Summary.of(last, statistics.sample(), observer.replicas(), Optional.empty());
        }
    }

    private static LoadStatistics statistics(InferenceDeploymentSpec spec) {
        return new LoadStatistics((long) (Observer.sloMillis(spec) * 1e6), Observer.WINDOW);
    }

    private static Pace poisson(RateCurve curve, Duration duration) {
        return new Pace.OpenLoop(new PoissonArrivals(curve, duration, SEED));
    }

    private LoadPlan plan(Duration duration) {
        return LoadPlan.of(duration, Observer.capacity(run.plan()), run.mostReplicas());
    }

    private List<WireRequest> requests() throws InterruptedException {
        URI gateway = URI.create("http://127.0.0.1:" + run.port());
        try {
            return new Requests(gateway, Dialect.BINARY, run.name(), Filling.ZEROS, 1, Map.of(), Optional.empty())
                    .make();
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        }
    }
}
