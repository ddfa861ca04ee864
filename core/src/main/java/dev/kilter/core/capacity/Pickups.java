package dev.kilter.core.capacity;

import java.util.Arrays;

/**
 * The time from one pickup to the next while no instance is free, by the size of the batch just taken: a few points
 * with weights.
 *
 * <p>Of n instances one comes free every n-th part of a batch's time on average. A single gap varies: they finish at
 * unrelated moments, like n random points on a circle, whose spacing is Beta(1, n - 1) distributed with mean 1/n. Gaps
 * that follow each other vary less, because n of them make up one whole batch: {@link #REMAINING_SPREAD} of that
 * spread. And instances that take all that is queued fall partly into step, so that the gap which a request meets is
 * that of fewer: of those beyond the first, {@link #INDEPENDENT} count. Both shares were found by simulation.
 */
final class Pickups {

    // Gauss-Hermite quadrature for the standard normal.
    private static final double[] FIVE = {-2.85697001387281, -1.35562617997427, 0, 1.35562617997427, 2.85697001387281};
    private static final double[] FIVE_WEIGHTS = {
        0.0112574113277, 0.2220759220056, 0.5333333333333, 0.2220759220056, 0.0112574113277
    };
    private static final double[] THREE = {-1.73205080756888, 0, 1.73205080756888};
    private static final double[] THREE_WEIGHTS = {1.0 / 6, 2.0 / 3, 1.0 / 6};
    private static final double REMAINING_SPREAD = 0.25;
    private static final double INDEPENDENT = 0.75;
    private static final double[] ONE = {0};
    private static final double[] ONE_WEIGHTS = {1};

    private final double[][] seconds;
    private final double[] weights;
    private final BatchTime full;

    private Pickups(double[][] seconds, double[] weights) {
        this.seconds = seconds;
        this.weights = weights;
        this.full = moments(seconds[seconds.length - 1], weights);
    }

    /** As they follow each other in the long run. */
    static Pickups following(BatchTime[] times, int instances) {
        double[] spacings = spacings(instances);
        for (int i = 0; i < spacings.length; i++) {
            spacings[i] = REMAINING_SPREAD * spacings[i] + (1 - REMAINING_SPREAD) / instances;
        }
        return of(times, instances, spacings);
    }

    /** As a request meets one; weighted by {@link Sojourn}, so that only the shape counts. */
    static Pickups single(BatchTime[] times, int instances) {
        return of(times, instances, spacings(1 + INDEPENDENT * (instances - 1)));
    }

    private static Pickups of(BatchTime[] times, int instances, double[] spacings) {
        boolean fixed = Arrays.stream(times).allMatch(time -> time.sigma() < 1e-3);
        double[] deviates = fixed ? ONE : instances == 1 ? FIVE : THREE;
        double[] deviateWeights = fixed ? ONE_WEIGHTS : instances == 1 ? FIVE_WEIGHTS : THREE_WEIGHTS;
        int points = deviates.length * spacings.length;
        double[] weights = new double[points];
        double[][] seconds = new double[times.length][points];
        for (int i = 0; i < points; i++) {
            int deviate = i % deviates.length;
            double spacing = spacings[i / deviates.length];
            weights[i] = deviateWeights[deviate] / spacings.length;
            for (int k = 0; k < times.length; k++) {
                seconds[k][i] = times[k].at(deviates[deviate]) * spacing;
            }
        }
        return new Pickups(seconds, weights);
    }

    /** How many points stand for each time. */
    int points() {
        return weights.length;
    }

    /** The probability of a point; together 1. */
    double weight(int point) {
        return weights[point];
    }

    /** The time after a batch of that size at a point. */
    double seconds(int batch, int point) {
        return seconds[batch - 1][point];
    }

    /** The time after a full batch, by its first two moments. */
    BatchTime full() {
        return full;
    }

    /** The mean time after a batch of that size, seconds. */
    double mean(int batch) {
        double mean = 0;
        for (int i = 0; i < weights.length; i++) {
            mean += weights[i] * seconds[batch - 1][i];
        }
        return mean;
    }

    /** The longest of all points, seconds. */
    double longest() {
        return Arrays.stream(seconds).flatMapToDouble(Arrays::stream).max().orElseThrow();
    }

    /** Means of equally likely slices of Beta(1, n - 1). */
    private static double[] spacings(double instances) {
        if (instances == 1) {
            return new double[] {1};
        }
        int slices = 6;
        double[] means = new double[slices];
        // Survival is (1-x)^(n-1); with y = 1-x the mean of a slice has the closed form of its integral.
        double power = 1.0 / (instances - 1);
        for (int i = 0; i < slices; i++) {
            double low = 1 - (double) i / slices;
            double high = 1 - (double) (i + 1) / slices;
            double integral = (Math.pow(low, power + 1) - Math.pow(high, power + 1)) / (power + 1);
            means[i] = 1 - integral * slices;
        }
        return means;
    }

    private static BatchTime moments(double[] seconds, double[] weights) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < weights.length; i++) {
            mean += weights[i] * seconds[i];
            square += weights[i] * seconds[i] * seconds[i];
        }
        return BatchTime.ofMoments(mean, Math.max(0, square - mean * mean));
    }
}
