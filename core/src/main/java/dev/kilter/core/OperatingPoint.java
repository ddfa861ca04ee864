package dev.kilter.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How a running pod serves a model right now; changed in milliseconds, without a restart.
 *
 * @param variant the active variant's name
 * @param maxBatchSize the largest batch, in items
 * @param maxDelay how long a batch may wait for company, from its first arrival; empty: the policy derives it
 * @param lesser what may be answered with lesser quality instead of not at all; empty: nothing
 */
public record OperatingPoint(String variant, int maxBatchSize, Optional<Duration> maxDelay, Optional<Lesser> lesser) {

    /**
     * A faster variant of lesser quality.
     *
     * @param variant its name
     * @param maxShare of a pod's requests that it may answer, 0..1
     */
    public record Lesser(String variant, double maxShare) {
        public Lesser {
            if (!(maxShare >= 0 && maxShare <= 1)) {
                throw new IllegalArgumentException("maxShare: " + maxShare + " (expected: 0..1)");
            }
        }
    }

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
        if (lesser.isPresent() && lesser.get().variant().equals(variant)) {
            throw new IllegalArgumentException(
                    "lesser.variant: " + variant + " (expected: another than the active variant)");
        }
    }

    /** All by one variant. */
    public OperatingPoint(String variant, int maxBatchSize, Optional<Duration> maxDelay) {
        this(variant, maxBatchSize, maxDelay, Optional.empty());
    }

    /** The same with such answers beside. */
    public OperatingPoint with(Optional<Lesser> beside) {
        return new OperatingPoint(variant, maxBatchSize, maxDelay, beside);
    }
}
