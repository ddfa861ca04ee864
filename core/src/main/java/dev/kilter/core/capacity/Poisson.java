package dev.kilter.core.capacity;

/** Poisson probabilities, cut where they no longer matter. */
final class Poisson {
    private static final double NEGLIGIBLE = 1e-10;
    private static final int LARGEST_MEAN = 4096;
    private static final int LARGEST = 2 * LARGEST_MEAN;
    private static final double[] LOG_FACTORIAL = logFactorials();
    private static final double[] RECIPROCAL = reciprocals();

    private Poisson() {}

    /**
     * Probabilities of 0, 1, 2, … arrivals, up to where the rest is negligible; they sum to 1.
     *
     * @param expected their mean; above {@value #LARGEST_MEAN}, which no analysed queue tells apart, read as that
     */
    static double[] probabilities(double expected) {
        double mean = Math.min(expected, LARGEST_MEAN);
        int mode = (int) mean;
        double peak = at(mode, mean);
        int last = mode;
        for (double p = peak; p > NEGLIGIBLE; p *= mean * RECIPROCAL[last]) {
            last++;
        }
        return normalised(around(mode, peak, mean, last + 1));
    }

    /** Probabilities of the first counts from 0 on, that many; what they lack to 1 lies beyond. */
    static double[] first(double expected, int count) {
        double mean = Math.min(expected, LARGEST_MEAN);
        int start = Math.min((int) mean, count - 1);
        return start < 0 ? new double[0] : around(start, at(start, mean), mean, count);
    }

    private static double at(int count, double mean) {
        return Math.exp(count * Math.log(Math.max(mean, 1e-300)) - mean - LOG_FACTORIAL[count]);
    }

    /** Upwards and downwards from one count, as far as probabilities matter. */
    private static double[] around(int start, double probability, double mean, int length) {
        double[] probabilities = new double[length];
        probabilities[start] = probability;
        for (int i = start + 1; i < length && probabilities[i - 1] > 0; i++) {
            probabilities[i] = probabilities[i - 1] * mean * RECIPROCAL[i];
        }
        double reciprocal = 1 / mean;
        for (int i = start - 1; i >= 0 && probabilities[i + 1] > NEGLIGIBLE; i--) {
            probabilities[i] = probabilities[i + 1] * (i + 1) * reciprocal;
        }
        return probabilities;
    }

    static double[] normalised(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double factor = 1 / sum;
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= factor;
        }
        return weights;
    }

    private static double[] logFactorials() {
        double[] table = new double[LARGEST];
        for (int i = 1; i < LARGEST; i++) {
            table[i] = table[i - 1] + Math.log(i);
        }
        return table;
    }

    private static double[] reciprocals() {
        double[] table = new double[LARGEST];
        for (int i = 1; i < LARGEST; i++) {
            table[i] = 1.0 / i;
        }
        return table;
    }
}
