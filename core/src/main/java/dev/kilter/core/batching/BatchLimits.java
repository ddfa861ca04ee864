package dev.kilter.core.batching;

import dev.kilter.core.OperatingPoint;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The limits of an operating point on batches.
 *
 * @param maxBatchSize largest batch, items
 * @param maxDelayNanos how long a batch may wait for company at most, from its first arrival; empty: as the policy
 *     finds
 */
public record BatchLimits(int maxBatchSize, OptionalLong maxDelayNanos) {
    public BatchLimits {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (maxDelayNanos.isPresent() && maxDelayNanos.getAsLong() < 0) {
            throw new IllegalArgumentException("maxDelayNanos: " + maxDelayNanos.getAsLong() + " (expected: >= 0)");
        }
    }

    /** Those of the operating point. */
    public static BatchLimits of(OperatingPoint point) {
        return new BatchLimits(
                point.maxBatchSize(),
                point.maxDelay().map(Duration::toNanos).map(OptionalLong::of).orElse(OptionalLong.empty()));
    }
}
