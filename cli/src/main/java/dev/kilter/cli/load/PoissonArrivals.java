package dev.kilter.cli.load;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Arrival times of a Poisson process whose rate follows a curve, by thinning: candidates at the peak rate, each kept
 * with the chance that the curve's rate has of the peak. The same seed gives the same times. Not thread-safe.
 */
public final class PoissonArrivals {

    private final RateCurve curve;
    private final double durationSeconds;
    private final double peak;
    private final SplittableRandom random;
    private double seconds;

    public PoissonArrivals(RateCurve curve, Duration duration, long seed) {
        this.curve = curve;
        this.durationSeconds = duration.toNanos() / 1e9;
        this.peak = curve.peak();
        this.random = new SplittableRandom(seed);
    }

    /** Nanoseconds from the start to the next arrival; empty after the last. Never falls. */
    public OptionalLong nextNanos() {
        while (peak > 0) {
            seconds -= Math.log1p(-random.nextDouble()) / peak;
            if (seconds >= durationSeconds) {
                return OptionalLong.empty();
            }
            if (random.nextDouble() * peak < curve.at(seconds)) {
                return OptionalLong.of((long) (seconds * 1e9));
            }
        }
        return OptionalLong.empty();
    }
}
