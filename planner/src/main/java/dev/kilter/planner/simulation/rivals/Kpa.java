package dev.kilter.planner.simulation.rivals;

import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Knative's pod autoscaler at its defaults, without scaling to zero: the mean over 60 s, and over 6 s in a panic, which
 * begins where the latter asks for twice the ready pods and ends a stable window after it last did. In a panic it never
 * scales in.
 */
public final class Kpa implements Controller {
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final Duration STABLE = Duration.ofSeconds(60);
    private static final Duration PANIC = Duration.ofSeconds(6);
    private static final double PANIC_THRESHOLD = 2;
    private static final double TARGET_UTILIZATION = 0.7;
    private static final double MAX_SCALE_UP_RATE = 1000;
    private static final double MAX_SCALE_DOWN_RATE = 2;
    private static final double NOISE = 1e-9;

    private final Metric metric;
    private final double target;
    private final Bounds bounds;
    private boolean started;
    private boolean panics;
    private long panicNanos;
    private int mostInPanic;

    /** What it goes by, over all pods. */
    public enum Metric {
        /** Requests under way. */
        CONCURRENCY(Counter.IN_FLIGHT_NANOS, 1e9),
        /** Requests a second. */
        RPS(Counter.OFFERED, 1);

        private final Counter counter;
        private final double unit;

        Metric(Counter counter, double unit) {
            this.counter = counter;
            this.unit = unit;
        }
    }

    /** @param target of each pod, of which 70 % are aimed at */
    public Kpa(Metric metric, double target, Bounds bounds) {
        if (!(target > 0)) {
            throw new IllegalArgumentException("target: " + target + " (expected: > 0)");
        }
        this.metric = metric;
        this.target = target * TARGET_UTILIZATION;
        this.bounds = bounds;
    }

    @Override
    public Duration period() {
        return TICK;
    }

    @Override
    public Duration scrapeEvery() {
        return Duration.ofSeconds(1);
    }

    @Override
    public List<Desired> decide(Seen seen) {
        PoolSeen pool = Bounds.only(seen);
        long now = seen.nowNanos();
        start(pool, now);
        OptionalDouble stable = seen.gateway().perSecond(metric.counter, STABLE);
        OptionalDouble panic = seen.gateway().perSecond(metric.counter, PANIC);
        if (stable.isEmpty() || panic.isEmpty()) {
            return List.of(Desired.same(pool, "no data yet"));
        }
        double ready = Math.max(1, pool.ready());
        double panicPods = pods(panic.getAsDouble());
        int byStable = limited(pods(stable.getAsDouble()), ready);
        int byPanic = limited(panicPods, ready);
        turn(panicPods / ready >= PANIC_THRESHOLD, now);
        int want = byStable;
        if (panics) {
            mostInPanic = Math.max(mostInPanic, Math.max(byStable, byPanic));
            want = mostInPanic;
        }
        String reason = "%s: %.2f in 60 s asks for %d, %.2f in 6 s for %d%s"
                .formatted(
                        metric,
                        stable.getAsDouble() / metric.unit,
                        byStable,
                        panic.getAsDouble() / metric.unit,
                        byPanic,
                        panics ? ", panics" : "");
        return List.of(new Desired(bounds.clamp(want), pool.point(), reason));
    }

    /** With more than one pod it begins in a panic, so that nothing is scaled in before there are data. */
    private void start(PoolSeen pool, long now) {
        if (!started) {
            started = true;
            panics = pool.ready() > 1;
            panicNanos = now;
            mostInPanic = pool.ready();
        }
    }

    private void turn(boolean over, long now) {
        if (over) {
            panics = true;
            panicNanos = now;
        } else if (panics && panicNanos + STABLE.toNanos() < now) {
            panics = false;
            mostInPanic = 0;
        }
    }

    private double pods(double value) {
        return Math.ceil(value / metric.unit / target - NOISE);
    }

    private static int limited(double pods, double ready) {
        double most = Math.ceil(MAX_SCALE_UP_RATE * ready);
        double least = Math.floor(ready / MAX_SCALE_DOWN_RATE);
        return (int) Math.min(Math.max(pods, least), most);
    }
}
