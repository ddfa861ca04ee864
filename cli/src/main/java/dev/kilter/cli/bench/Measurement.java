package dev.kilter.cli.bench;

import dev.kilter.cli.bench.evidence.EarlyStop;
import dev.kilter.cli.bench.evidence.Headroom;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.LoadSample;
import dev.kilter.cli.load.LoadStatistics;
import dev.kilter.cli.load.LoadTarget;
import dev.kilter.cli.load.SettledCounts;
import dev.kilter.cli.load.WarmUp;
import dev.kilter.cli.load.wire.NettyLoop;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs a load against a target and watches it: one run, one result. */
final class Measurement {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int LOOKS_A_POINT = 5;

    /**
     * How long the end of a run that may end early waits for answers: those that come later broke the objective anyway.
     */
    private static final long SHORT_DRAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Breaches come in clusters; a verdict is not given on less than this. */
    private static final double LEAST_SECONDS = 2;

    private final NettyLoop loop;
    private final BenchPlan plan;
    private final Progress progress;

    Measurement(NettyLoop loop, BenchPlan plan, Progress progress) {
        this.loop = loop;
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * One run.
     *
     * @param name of the target
     * @param early whether to end as soon as the objective is proven or refuted
     */
    RunResult run(
            String name, LoadTarget target, Load load, Duration warmUp, Duration duration, boolean early, long seed)
            throws InterruptedException {
        long sloNanos = plan.objective()
                .map(Objective::latency)
                .orElse(plan.connections().timeout())
                .toNanos();
        LoadStatistics warming = new LoadStatistics(sloNanos, 1);
        LoadStatistics statistics = new LoadStatistics(sloNanos, 1);
        LoadGenerator generator = new LoadGenerator(
                loop,
                load.pace(warmUp, duration, seed),
                target,
                new WarmUp(warmUp.toNanos(), warming, statistics),
                plan.connections().maxInFlight());
        long started = loop.nanos();
        long drain = early
                ? Math.max(SHORT_DRAIN_NANOS, sloNanos)
                : plan.connections().timeout().toNanos();
        generator.begin(drain);
        if (!warmUp.isZero()) {
            generator.await(warmUp.toNanos());
        }
        Watch watch = new Watch(name, statistics, early ? plan.objective().map(EarlyStop::new) : Optional.empty());
        while (!generator.await(LOOK_NANOS)) {
            if (watch.look(loop.nanos(), load)) {
                generator.stop();
                break;
            }
        }
        generator.await(drain * 2);
        double planned = duration.toNanos() / 1e9;
        double seconds = Math.min(planned, watch.seconds);
        if (load instanceof Load.Replay && watch.decided == Verdict.UNDECIDED) {
            seconds = Math.min(planned, (loop.nanos() - started - warmUp.toNanos()) / 1e9);
        }
        return watch.result(load, seconds);
    }

    /** What is seen from the end of the warm-up on. */
    private final class Watch {
        private final String name;
        private final LoadStatistics statistics;
        private final Optional<EarlyStop> early;
        private final List<RunResult.Point> series = new ArrayList<>();
        private final long began = loop.nanos();
        private final long cpuBefore = loop.cpuNanos();
        private final long gcBefore = gcMillis();
        private LoadSample last;
        private double lastSeconds;
        private int looks;
        private double seconds;
        private double cpuShare;
        private Verdict decided = Verdict.UNDECIDED;

        Watch(String name, LoadStatistics statistics, Optional<EarlyStop> early) {
            this.name = name;
            this.statistics = statistics;
            this.early = early;
            this.last = statistics.sample();
        }

        /** Whether the run may end. */
        boolean look(long now, Load load) {
            seconds = (now - began) / 1e9;
            cpuShare = (loop.cpuNanos() - cpuBefore) / 1e9 / seconds;
            if (++looks % LOOKS_A_POINT == 0) {
                point(load);
            }
            if (early.isPresent() && seconds >= LEAST_SECONDS) {
                SettledCounts.Counts counts = statistics.settled(now);
                decided = early.get().look(counts.requests(), counts.violations());
            }
            return decided != Verdict.UNDECIDED;
        }

        private void point(Load load) {
            LoadSample sample = statistics.sample();
            double span = seconds - lastSeconds;
            RunResult.Point point = new RunResult.Point(
                    seconds,
                    (sample.scheduled() - last.scheduled()) / span,
                    (sample.answered() - last.answered()) / span,
                    (sample.refused() + sample.broken() - last.refused() - last.broken()) / span,
                    sample.recent().p50Millis(),
                    sample.recent().p99Millis());
            series.add(point);
            last = sample;
            lastSeconds = seconds;
            progress.running(name, load, point);
        }

        RunResult result(Load load, double measured) {
            LoadSample sample = statistics.sample();
            SettledCounts.Counts settled = statistics.settled(Long.MAX_VALUE / 2);
            Optional<Verdict> verdict = plan.objective()
                    .map(objective -> early.isPresent() && decided != Verdict.UNDECIDED
                            ? decided
                            : early.isPresent()
                                    ? early.get().look(settled.requests(), settled.violations())
                                    : EarlyStop.once(objective, settled.requests(), settled.violations()));
            Histogram lateness = statistics.lateness();
            Headroom headroom = new Headroom(
                    lateness.getValueAtPercentile(50) / 1e3,
                    lateness.getValueAtPercentile(99) / 1e3,
                    lateness.getMaxValue() / 1e3,
                    cpuShare,
                    (double) gcMillis() - gcBefore,
                    measured);
            return new RunResult(
                    name, load, measured, sample, statistics.latencies(), series, verdict, settled, headroom);
        }

        private static long gcMillis() {
            return ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                    .sum();
        }
    }
}
