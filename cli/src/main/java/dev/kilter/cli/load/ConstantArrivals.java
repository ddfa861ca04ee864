package dev.kilter.cli.load;

import java.time.Duration;

/** Evenly spaced arrival times at the rate of a curve: each gap is the inverse of the rate where it begins. */
public final class ConstantArrivals implements Arrivals {

    /** How far to look on where the rate is zero. */
    private static final double STEP_SECONDS = 0.001;

    private final RateCurve curve;
    private final double durationSeconds;
    private double seconds;

    public ConstantArrivals(RateCurve curve, Duration duration) {
        this.curve = curve;
        this.durationSeconds = duration.toNanos() / 1e9;
    }

    @Override
    public long nextNanos() {
        while (seconds < durationSeconds) {
            double rate = curve.at(seconds);
            double due = seconds;
            // A gap is cut where a slow part of the curve would carry it far into a fast one.
            seconds += rate > 0 ? Math.min(1 / rate, durationSeconds) : STEP_SECONDS;
            if (rate > 0) {
                return (long) (due * 1e9);
            }
        }
        return END;
    }
}
