package dev.kilter.autoscaler;

import dev.kilter.core.OperatingPoint;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which pods are to be told their operating point. */
final class OperatingPoints {

    /**
     * Long enough to outlive a restart of the autoscaler, short enough that a pod left alone soon finds its default.
     */
    static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

    private OperatingPoints() {}

    /** The update for a pod that serves otherwise than decided; empty: nothing to tell, or not known how it serves. */
    static Optional<OperatingPointUpdate> update(
            String model, OperatingPoint decided, LoadSnapshot.Pod pod, Instant now) {
        if (!(pod.reading() instanceof Reading.Report<RuntimeLoad>(RuntimeLoad load))) {
            return Optional.empty();
        }
        return load.models().stream()
                .filter(m -> m.name().equals(model))
                .map(RuntimeLoad.Model::operatingPoint)
                .filter(inForce -> differs(decided, inForce))
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
                TIME_TO_LIVE.toSeconds());
    }

    private static boolean differs(OperatingPoint decided, RuntimeLoad.OperatingPointState inForce) {
        return !decided.variant().equals(inForce.variant())
                || decided.maxBatchSize() != inForce.maxBatchSize()
                || decided.maxDelay()
                        .map(d -> millis(d) != inForce.maxDelayMillis())
                        .orElse(false);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
