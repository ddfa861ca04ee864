package dev.kilter.planner.simulation;

import dev.kilter.core.simulation.BatchTime;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How long something takes: log-normal with that mean and that 99th percentile; always the mean where they are equal.
 *
 * @param mean at least 0
 * @param p99 at least the mean
 */
public record Delay(Duration mean, Duration p99) {
    public Delay {
        if (mean.isNegative()) {
            throw new IllegalArgumentException("mean: " + mean + " (expected: >= 0)");
        }
        if (p99.compareTo(mean) < 0) {
            throw new IllegalArgumentException("p99: " + p99 + " (expected: >= " + mean + ", the mean)");
        }
    }

    /** Always the same. */
    public static Delay fixed(Duration time) {
        return new Delay(time, time);
    }

    /** A sample. */
    long nanos(SplittableRandom random) {
        if (mean.isZero()) {
            return 0;
        }
        BatchTime time = BatchTime.of(mean.toNanos() / 1e9, p99.toNanos() / 1e9);
        return Math.round(time.at(random.nextGaussian()) * 1e9);
    }
}
