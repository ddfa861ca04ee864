package dev.kilter.cli.load;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Arrival times of a Poisson process whose rate follows a curve, by thinning (Lewis and Shedler, 1979): candidates at
 * the peak rate, each kept with the chance that the curve's rate has of the peak. The same seed gives the same times.
 */
public final class PoissonArrivals implements Arrivals {

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

    @Override
    public long nextNanos() {
        while (peak > 0) {
            seconds -= Math.log1p(-random.nextDouble()) / peak;
            if (seconds >= durationSeconds) {
                return END;
            }
            if (random.nextDouble() * peak < curve.at(seconds)) {
                return (long) (seconds * 1e9);
            }
        }
        return END;
    }
}
