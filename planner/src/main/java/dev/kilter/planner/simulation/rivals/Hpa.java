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

/** HorizontalPodAutoscaler v2 at its defaults, on one metric of the pods. */
public final class Hpa implements Controller {
    /** {@code --horizontal-pod-autoscaler-sync-period}. */
    private static final Duration SYNC = Duration.ofSeconds(15);

    /** {@code --horizontal-pod-autoscaler-cpu-initialization-period}. */
    private static final long INITIALIZATION = Duration.ofMinutes(5).toNanos();

    private final Metric metric;
    private final Bounds bounds;
    private final HpaCalculation calculation;
    private final HpaBehavior behavior = new HpaBehavior();

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

    /** @param target of each pod, in the metric's unit */
    public Hpa(Metric metric, double target, Bounds bounds) {
        this.metric = metric;
        this.bounds = bounds;
        boolean resource = metric == Metric.UTILIZATION;
        this.calculation = new HpaCalculation(target, resource ? Math.max(1, target) : target, resource);
    }

    @Override
    public Duration period() {
        return SYNC;
    }

    @Override
    public Duration scrapeEvery() {
        return Duration.ofSeconds(15);
    }

    @Override
    public List<Desired> decide(Seen seen) {
        PoolSeen pool = Bounds.only(seen);
        if (pool.desired() == 0) {
            return List.of(Desired.same(pool, "scaled to zero: the HPA is off"));
        }
        List<HpaCalculation.Pod> pods =
                pool.pods().stream().map(pod -> known(pod, seen.nowNanos())).toList();
        int want = calculation.replicas(pool.desired(), pods);
        int next = behavior.follow(pool.desired(), want, bounds, seen.nowNanos());
        return List.of(
                new Desired(next, pool.point(), "%s of %d pods asks for %d".formatted(metric, pods.size(), want)));
    }

    private HpaCalculation.Pod known(PodSeen pod, long now) {
        return switch (pod.phase()) {
            case PENDING -> new HpaCalculation.Pod(HpaCalculation.Known.UNREADY, 0);
            // It runs: metrics-server knows it and it is not ready; its own metrics are not there yet.
            case STARTING ->
                new HpaCalculation.Pod(
                        metric == Metric.UTILIZATION ? HpaCalculation.Known.UNREADY : HpaCalculation.Known.MISSING, 0);
            case READY ->
                metric == Metric.UTILIZATION && initializing(pod, now)
                        ? new HpaCalculation.Pod(HpaCalculation.Known.UNREADY, 0)
                        : HpaCalculation.Pod.of(metric.of(pod));
        };
    }

    /** A young pod whose last sample is not wholly from after it became ready. */
    private boolean initializing(PodSeen pod, long now) {
        return pod.startedNanos() + INITIALIZATION > now
                && pod.metrics().lastNanos() < pod.readyNanos() + metric.window.toNanos();
    }
}
