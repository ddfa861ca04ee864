package dev.kilter.autoscaler.metering;

import java.util.List;
import java.util.Optional;

/** Quantiles of a cumulative histogram. */
final class Latencies {

    private Latencies() {}

    /**
     * The quantile, even within a bucket.
     *
     * @param bounds upper bounds in milliseconds, ascending; the last may be 0, which is +Inf
     * @param counts how many took at most that long; the last is the count of all
     * @return milliseconds; beyond the last finite bound, that bound; empty where nothing was counted
     */
    static Optional<Double> quantile(double quantile, List<Double> bounds, double[] counts) {
        if (counts.length == 0 || !(counts[counts.length - 1] > 0)) {
            return Optional.empty();
        }
        double rank = quantile * counts[counts.length - 1];
        double lower = 0;
        double below = 0;
        for (int i = 0; i < counts.length; i++) {
            double upper = bounds.get(i);
            if (upper <= 0) {
                return Optional.of(lower);
            }
            if (counts[i] >= rank) {
                double inBucket = counts[i] - below;
                double part = inBucket > 0 ? (rank - below) / inBucket : 1;
                return Optional.of(lower + part * (upper - lower));
            }
            lower = upper;
            below = counts[i];
        }
        return Optional.of(lower);
    }
}
