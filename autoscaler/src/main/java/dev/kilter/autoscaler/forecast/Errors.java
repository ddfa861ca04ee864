package dev.kilter.autoscaler.forecast;

import java.util.Arrays;

/**
 * The distribution of a predictor's errors: logarithms of what came over what was predicted, in bins of 2 %, older ones
 * fading. Its quantile turns a prediction into one that holds with that probability, whatever the errors come from
 * (split conformal prediction, weighted by age). Immutable.
 */
final class Errors {
    private static final double BIN = 0.02;
    private static final int HALF = 105;

    /** Eightfold, up or down: what lies beyond counts as that. */
    static final double WIDEST = HALF * BIN;

    /** As many observations are made up at first, with that deviation. */
    private static final double SUPPOSED = 5;

    private static final double SUPPOSED_DEVIATION = 0.15;

    private final double[] weights;
    private final double total;

    private Errors(double[] weights, double total) {
        this.weights = weights;
        this.total = total;
    }

    /** Nothing is known but that predictions are some 15 % wrong. */
    static Errors supposed() {
        double[] weights = new double[2 * HALF + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double deviations = (i - HALF) * BIN / SUPPOSED_DEVIATION;
            weights[i] = Math.exp(-deviations * deviations / 2);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= SUPPOSED / sum;
        }
        return new Errors(weights, SUPPOSED);
    }

    /** With one more; all before count {@code keep} times as much as they did. */
    Errors with(double error, double keep) {
        double[] next = weights.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] *= keep;
        }
        next[Math.clamp(Math.round(error / BIN) + HALF, 0, next.length - 1)]++;
        return new Errors(next, total * keep + 1);
    }

    /** The error that is not exceeded with that probability. */
    double quantile(double probability) {
        double left = probability * total;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] >= left && weights[i] > 0) {
                return (i - HALF - 0.5 + left / weights[i]) * BIN;
            }
            left -= weights[i];
        }
        return WIDEST;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Errors errors && total == errors.total && Arrays.equals(weights, errors.weights);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights);
    }
}
