package dev.kilter.autoscaler;

import dev.kilter.core.OperatingPoint;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which pods are to be told their operating point. */
final class OperatingPoints {

    /** Long enough to outlive an outage of the autoscaler, short enough that a pod left alone finds its default. */
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private OperatingPoints() {}

    /**
     * The update for a pod that serves otherwise than decided, or soon will; empty: nothing to tell, or not known how
     * it serves.
     */
    static Optional<OperatingPointUpdate> update(
            String model, OperatingPoint decided, LoadSnapshot.Pod pod, Instant now) {
        if (!(pod.reading() instanceof Reading.Report<RuntimeLoad>(RuntimeLoad load))) {
            return Optional.empty();
        }
        return load.models().stream()
                .filter(m -> m.name().equals(model))
                .map(RuntimeLoad.Model::operatingPoint)
                .filter(inForce -> differs(decided, inForce) || runsOut(decided, inForce, now))
                .map(inForce -> update(decided, inForce, now))
                .findFirst();
    }

    private static OperatingPointUpdate update(
            OperatingPoint decided, RuntimeLoad.OperatingPointState inForce, Instant now) {
        return new OperatingPointUpdate(
                Math.max(inForce.version() + 1, now.toEpochMilli()),
                decided.variant(),
                decided.maxBatchSize(),
                decided.maxDelay().map(OperatingPoints::millis),
                lesser(decided),
                TIME_TO_LIVE.toSeconds());
    }

    private static boolean differs(OperatingPoint decided, RuntimeLoad.OperatingPointState inForce) {
        return !decided.variant().equals(inForce.variant())
                || decided.maxBatchSize() != inForce.maxBatchSize()
                || decided.maxDelay()
                        .map(d -> millis(d) != inForce.maxDelayMillis())
                        .orElse(false)
                || !lesser(decided).equals(inForce.lesser());
    }

    /** Half its life is over, and it is no pod's default. A version is a time. */
    private static boolean runsOut(OperatingPoint decided, RuntimeLoad.OperatingPointState inForce, Instant now) {
        return decided.lesser().isPresent()
                && now.toEpochMilli() - inForce.version()
                        > TIME_TO_LIVE.dividedBy(2).toMillis();
    }

    private static Optional<OperatingPointUpdate.Lesser> lesser(OperatingPoint point) {
        return point.lesser().map(by -> new OperatingPointUpdate.Lesser(by.variant(), by.maxShare()));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
