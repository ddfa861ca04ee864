package dev.kilter.planner.simulation.arrivals;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Made-up loads of the shapes that services see, in units of a mean of 1 a second before {@link #scaled}. The same seed
 * gives the same curve.
 */
public final class Shapes {
    private static final Duration STEP = Duration.ofSeconds(2);

    private final SplittableRandom random;
    private final int steps;

    /**
     * Curves of that length.
     *
     * @param seed of levels and moments
     */
    public Shapes(Duration length, long seed) {
        if (length.compareTo(STEP) < 0) {
            throw new IllegalArgumentException("length: " + length + " (expected: >= " + STEP + ")");
        }
        this.random = new SplittableRandom(seed);
        this.steps = (int) length.dividedBy(STEP);
    }

    /** A day and its night in each {@code period}, with a second harmonic, and drifts of some percent. */
    public double[] diurnal(Duration period) {
        double phase = random.nextDouble(2 * Math.PI);
        double drift = 0;
        double[] rates = new double[steps];
        for (int i = 0; i < steps; i++) {
            double angle = 2 * Math.PI * seconds(i) / (period.toNanos() / 1e9) + phase;
            drift = 0.98 * drift + 0.008 * random.nextGaussian();
            rates[i] = Math.exp(0.75 * Math.sin(angle) + 0.2 * Math.sin(2 * angle + 1) + drift);
        }
        return rates;
    }

    /** Levels between 1 and {@code spread}, each held for some minutes. */
    public double[] steps(double spread, Duration held) {
        double[] rates = new double[steps];
        double level = level(spread);
        double until = 0;
        for (int i = 0; i < steps; i++) {
            if (seconds(i) >= until) {
                level = level(spread);
                until = seconds(i) + held.toSeconds() * (0.5 + random.nextDouble());
            }
            rates[i] = level;
        }
        return rates;
    }

    /** Straight lines between such levels. */
    public double[] ramps(double spread, Duration each) {
        double[] rates = new double[steps];
        double from = level(spread);
        double to = level(spread);
        double start = 0;
        double end = each.toSeconds() * (0.5 + random.nextDouble());
        for (int i = 0; i < steps; i++) {
            if (seconds(i) >= end) {
                from = to;
                to = level(spread);
                start = end;
                end += each.toSeconds() * (0.5 + random.nextDouble());
            }
            rates[i] = from + (to - from) * (seconds(i) - start) / (end - start);
        }
        return rates;
    }

    /** A base of 1, and now and then, after exponential gaps, {@code height} times of it for {@code length}. */
    public double[] spikes(double height, Duration length, Duration apart) {
        double[] rates = new double[steps];
        double start = apart.toSeconds() * random.nextExponential();
        double end = start + length.toSeconds() * (0.5 + random.nextDouble());
        for (int i = 0; i < steps; i++) {
            if (seconds(i) >= end) {
                start = end + apart.toSeconds() * random.nextExponential();
                end = start + length.toSeconds() * (0.5 + random.nextDouble());
            }
            rates[i] = seconds(i) >= start ? height : 1;
        }
        return rates;
    }

    /** Sources that are on and off for exponential times, on for a quarter of it; the fewer, the burstier. */
    public double[] onOff(int sources, Duration on) {
        double[] rates = new double[steps];
        for (int source = 0; source < sources; source++) {
            boolean active = random.nextInt(4) == 0;
            double until = 0;
            for (int i = 0; i < steps; i++) {
                while (seconds(i) >= until) {
                    active = !active;
                    until += on.toSeconds() * (active ? 1 : 3) * random.nextExponential();
                }
                rates[i] += active ? 1 : 0;
            }
        }
        return rates;
    }

    /** A base of 1, a rise to {@code height} within {@code rise}, and its slow fading; again after an hour or so. */
    public double[] flashCrowd(double height, Duration rise, Duration fade) {
        double[] rates = new double[steps];
        double start = seconds(steps) * (0.2 + 0.3 * random.nextDouble());
        for (int i = 0; i < steps; i++) {
            double since = seconds(i) - start;
            double up = Math.clamp(since / rise.toSeconds(), 0, 1);
            double down = Math.exp(-Math.max(0, since - 2 * rise.toSeconds()) / fade.toSeconds());
            rates[i] = 1 + (height - 1) * up * down;
        }
        return rates;
    }

    /** The same rate all the time. */
    public double[] level() {
        return mapped(_ -> 1);
    }

    /** That curve with such a mean, a renewal process of such gaps on it. */
    public static RateCurve scaled(double[] shape, double meanPerSecond, Gaps gaps) {
        double sum = 0;
        for (double rate : shape) {
            sum += rate;
        }
        double factor = sum > 0 ? meanPerSecond * shape.length / sum : 0;
        double[] rates = shape.clone();
        for (int i = 0; i < rates.length; i++) {
            rates[i] *= factor;
        }
        return new RateCurve(rates, STEP, gaps);
    }

    private double[] mapped(DoubleUnaryOperator ofSeconds) {
        double[] rates = new double[steps];
        for (int i = 0; i < steps; i++) {
            rates[i] = ofSeconds.applyAsDouble(seconds(i));
        }
        return rates;
    }

    private double level(double spread) {
        return Math.exp(random.nextDouble() * Math.log(spread));
    }

    private static double seconds(int step) {
        return step * (STEP.toNanos() / 1e9);
    }
}
