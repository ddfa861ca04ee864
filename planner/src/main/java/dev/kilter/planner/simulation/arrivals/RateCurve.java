package dev.kilter.planner.simulation.arrivals;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * A renewal process whose rate follows a curve of steps: its gaps are taken in the time that the curve's integral
 * counts, which is exact by inversion, and for exponential gaps is the Poisson process of that rate.
 */
public final class RateCurve implements Arrivals {
    private final double[] perSecond;
    private final long stepNanos;
    private final Gaps gaps;

    /**
     * Of that curve.
     *
     * @param perSecond requests a second in each step
     * @param step how long each lasts
     */
    public RateCurve(double[] perSecond, Duration step, Gaps gaps) {
        this.perSecond = perSecond.clone();
        this.stepNanos = step.toNanos();
        this.gaps = gaps;
        if (perSecond.length == 0) {
            throw new IllegalArgumentException("rates: none (expected: at least one)");
        }
        if (!step.isPositive()) {
            throw new IllegalArgumentException("step: " + step + " (expected: > 0)");
        }
        for (int i = 0; i < perSecond.length; i++) {
            if (!(perSecond[i] >= 0 && perSecond[i] <= 1e9)) {
                throw new IllegalArgumentException("rates[" + i + "]: " + perSecond[i] + "/s (expected: >= 0, <= 1e9)");
            }
        }
    }

    /** The same rate all the time. */
    public static RateCurve constant(double perSecond, Duration length, Gaps gaps) {
        return new RateCurve(new double[] {perSecond}, length, gaps);
    }

    @Override
    public double requests() {
        return DoubleStream.of(perSecond).sum() * stepNanos / 1e9;
    }

    @Override
    public RateCurve times(double factor) {
        double[] more = DoubleStream.of(perSecond).map(rate -> rate * factor).toArray();
        return new RateCurve(more, Duration.ofNanos(stepNanos), gaps);
    }

    /** In whole steps. */
    @Override
    public RateCurve part(Duration from, Duration length) {
        long first = from.toNanos() / stepNanos;
        if (first >= perSecond.length) {
            throw new IllegalArgumentException(
                    "from: " + from + " (expected: before the end, at " + Duration.ofNanos(lengthNanos()) + ")");
        }
        long steps = Math.max(1, Math.ceilDiv(length.toNanos(), stepNanos));
        int last = (int) Math.min(perSecond.length, first + steps);
        return new RateCurve(Arrays.copyOfRange(perSecond, (int) first, last), Duration.ofNanos(stepNanos), gaps);
    }

    @Override
    public long lengthNanos() {
        return perSecond.length * stepNanos;
    }

    @Override
    public Stream start(SplittableRandom random) {
        return new Stream() {
            private int step;
            private double seconds;

            @Override
            public long nextNanos() {
                double left = gaps.next(random);
                while (step < perSecond.length) {
                    double rest = perSecond[step] * (stepNanos / 1e9 - seconds);
                    if (left < rest) {
                        seconds += left / perSecond[step];
                        return step * stepNanos + (long) (seconds * 1e9);
                    }
                    left -= rest;
                    seconds = 0;
                    step++;
                }
                return NEVER;
            }
        };
    }
}
