package dev.kilter.planner.simulation.rivals;

import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * HorizontalPodAutoscaler v2 at its defaults, on one metric of the pods. Held against the real controller's decisions
 * ({@code src/test/resources/hpa}).
 */
public final class Hpa implements Controller {
    /** {@code --horizontal-pod-autoscaler-sync-period}. */
    private static final Duration SYNC = Duration.ofSeconds(15);

    /** How often metrics-server, or whoever tells of the metric, looks at the pods. */
    private static final Duration SCRAPE = Duration.ofSeconds(15);

    /** {@code --horizontal-pod-autoscaler-cpu-initialization-period}. */
    private static final long INITIALIZATION = Duration.ofMinutes(5).toNanos();

    private final Metric metric;
    private final Bounds bounds;
    private final HpaCalculation calculation;
    private final HpaBehavior behavior;

    /** What it goes by. */
    public enum Metric {
        /** Busy share of the engines, 0..1, as a resource metric: over the last 15 s, as metrics-server tells it. */
        UTILIZATION(Counter.BUSY_NANOS, 1e9, Duration.ofSeconds(15)),
        /** Requests under way in a pod, mean over a minute, as a pods metric. */
        CONCURRENCY(Counter.IN_FLIGHT_NANOS, 1e9, Duration.ofMinutes(1)),
        /** Requests a second that come to a pod, mean over a minute, as a pods metric. */
        REQUESTS(Counter.OFFERED, 1, Duration.ofMinutes(1));

        private final Counter counter;
        private final double unit;
        private final Duration window;

        Metric(Counter counter, double unit, Duration window) {
            this.counter = counter;
            this.unit = unit;
            this.window = window;
        }

        private OptionalDouble of(PodSeen pod) {
            OptionalDouble value = pod.metrics().perSecond(counter, window);
            return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / unit) : value;
        }
    }

    /**
     * Follows as its documents say, which is faster from few replicas than without any {@code spec.behavior}.
     *
     * @param target of each pod, in the metric's unit
     */
    public Hpa(Metric metric, double target, Bounds bounds) {
        this(metric, target, bounds, HpaBehavior.written());
    }

    Hpa(Metric metric, double target, Bounds bounds, HpaBehavior behavior) {
        this.behavior = behavior;
        this.metric = metric;
        this.bounds = bounds;
        boolean resource = metric == Metric.UTILIZATION;
        this.calculation = new HpaCalculation(
                target,
                resource ? Math.max(1, target) : target,
                resource ? HpaCalculation.PERCENT : HpaCalculation.MILLI);
    }

    @Override
    public Duration period() {
        return SYNC;
    }

    @Override
    public Duration scrapeEvery() {
        return SCRAPE;
    }

    @Override
    public List<Desired> decide(Seen seen) {
        PoolSeen pool = Bounds.only(seen);
        if (pool.desired() == 0) {
            return List.of(Desired.same(pool, "scaled to zero: the HPA is off"));
        }
        List<HpaCalculation.Pod> pods =
                pool.pods().stream().map(pod -> known(pod, seen.nowNanos())).toList();
        behavior.look(pool.desired(), seen.nowNanos());
        OptionalInt want = calculation.replicas(pool.desired(), pods);
        if (want.isEmpty()) {
            return List.of(Desired.same(pool, "no pod's metric is known"));
        }
        int next = behavior.follow(pool.desired(), want.getAsInt(), bounds, seen.nowNanos());
        return List.of(new Desired(
                next, pool.point(), "%s of %d pods asks for %d".formatted(metric, pods.size(), want.getAsInt())));
    }

    private HpaCalculation.Pod known(PodSeen pod, long now) {
        return switch (pod.phase()) {
            case PENDING -> new HpaCalculation.Pod(HpaCalculation.Known.UNREADY, 0);
            case STARTING -> silent(pod, now);
            case READY -> {
                OptionalDouble value = metric.of(pod);
                if (value.isEmpty()) {
                    yield silent(pod, now);
                }
                yield metric == Metric.UTILIZATION && initializing(pod, now)
                        ? new HpaCalculation.Pod(HpaCalculation.Known.UNREADY, 0)
                        : HpaCalculation.Pod.of(value);
            }
        };
    }

    /**
     * A pod of which no value is known. Of its CPU metrics-server tells from the first scrape on, so that it is one
     * that is not ready; of what it counts itself nothing is known before it is ready and was scraped twice.
     */
    private HpaCalculation.Pod silent(PodSeen pod, long now) {
        boolean scraped = pod.ready()
                ? now < pod.readyNanos() + 2 * SCRAPE.toNanos()
                : pod.metrics().lastNanos() >= 0 || now >= pod.startedNanos() + SCRAPE.toNanos();
        boolean told = metric == Metric.UTILIZATION && scraped;
        return new HpaCalculation.Pod(told ? HpaCalculation.Known.UNREADY : HpaCalculation.Known.MISSING, 0);
    }

    /** A young pod whose last sample is not wholly from after it became ready. */
    private boolean initializing(PodSeen pod, long now) {
        return pod.startedNanos() + INITIALIZATION > now
                && pod.metrics().lastNanos() < pod.readyNanos() + metric.window.toNanos();
    }
}
