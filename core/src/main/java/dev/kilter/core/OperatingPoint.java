package dev.kilter.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How a running pod serves a model right now; changed in milliseconds, without a restart.
 *
 * @param variant the active variant's name
 * @param maxBatchSize the largest batch, in items
 * @param maxDelay how long a batch may wait for company, from its first arrival; empty: the policy derives it
 */
public record OperatingPoint(String variant, int maxBatchSize, Optional<Duration> maxDelay) {
    public OperatingPoint {
        if (variant.isBlank()) {
            throw new IllegalArgumentException("variant: blank (expected: the name of a variant)");
        }
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (maxDelay.isPresent() && maxDelay.get().isNegative()) {
            throw new IllegalArgumentException("maxDelay: " + maxDelay.get() + " (expected: >= 0)");
        }
    }
}
