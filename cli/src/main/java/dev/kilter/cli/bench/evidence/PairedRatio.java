package dev.kilter.cli.bench.evidence;

import java.util.List;

/**
 * A ratio of two things that were measured in the same rounds, so that what slowed down a whole round cancels out: the
 * geometric mean of the rounds' ratios, with Student's interval on their logarithms.
 *
 * @param ratio first over second
 * @param low lower end of the interval
 * @param high upper end
 */
public record PairedRatio(double ratio, double low, double high) {

    /**
     * @param first one value a round, above 0
     * @param second of the same rounds
     * @param confidence such as 0.95
     */
    public static PairedRatio of(List<Double> first, List<Double> second, double confidence) {
        if (first.size() != second.size() || first.isEmpty()) {
            throw new IllegalArgumentException(
                    "rounds: " + first.size() + " and " + second.size() + " (expected: as many of both, at least one)");
        }
        int n = first.size();
        double[] logs = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            if (!(first.get(i) > 0 && second.get(i) > 0)) {
                return new PairedRatio(Double.NaN, Double.NaN, Double.NaN);
            }
            logs[i] = Math.log(first.get(i) / second.get(i));
            sum += logs[i];
        }
        double mean = sum / n;
        if (n == 1) {
            return new PairedRatio(Math.exp(mean), 0, Double.POSITIVE_INFINITY);
        }
        double squares = 0;
        for (double log : logs) {
            squares += (log - mean) * (log - mean);
        }
        double half = Distributions.studentT((1 - confidence) / 2, n - 1.0) * Math.sqrt(squares / (n - 1) / n);
        return new PairedRatio(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half));
    }
}
