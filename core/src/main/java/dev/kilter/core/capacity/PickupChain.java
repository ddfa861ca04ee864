package dev.kilter.core.capacity;

import java.util.Arrays;

/**
 * How many requests are queued at the moment an instance comes free, in the long run: the embedded Markov chain of a
 * queue with bulk service (Bailey 1954; Neuts, "A general class of bulk queues with Poisson input", 1967), with service
 * times that depend on the batch's size.
 *
 * <p>From L queued, a batch of k = min(max(L, 1), b) is taken (none queued: the next arrival is) and the next state is
 * L - k plus the arrivals until the next pickup. The chain moves down by at most b, so its matrix is a band, solved
 * directly by the elimination of Grassmann, Taksar and Heyman (1985), which subtracts nothing and so loses no digits.
 */
final class PickupChain {
    private PickupChain() {}

    /**
     * The long-run probabilities of 0, 1, … queued at a pickup.
     *
     * @param states how many to tell apart; the last one stands for all beyond
     */
    static double[] queued(double rate, int maxBatch, Pickups pickups, int states) {
        double[][] arrivals = new double[maxBatch][];
        for (int k = 1; k <= maxBatch; k++) {
            arrivals[k - 1] = arrivals(rate, k, pickups);
        }
        int last = states - 1;
        int[] lowest = new int[states];
        double[][] rows = new double[states][];
        for (int from = 0; from < states; from++) {
            int batch = Math.clamp(from, 1, maxBatch);
            lowest[from] = Math.max(0, from - batch);
            rows[from] = row(arrivals[batch - 1], lowest[from], last);
        }
        eliminate(rows, lowest);
        return stationary(rows, lowest);
    }

    private static double[] arrivals(double rate, int batch, Pickups pickups) {
        double[] sum = new double[0];
        for (int i = 0; i < pickups.points(); i++) {
            double[] part = Poisson.probabilities(rate * pickups.seconds(batch, i));
            sum = Arrays.copyOf(sum, Math.max(sum.length, part.length));
            for (int j = 0; j < part.length; j++) {
                sum[j] += pickups.weight(i) * part[j];
            }
        }
        return sum;
    }

    /** Transitions to the states from {@code lowest} on; what passes the last state is put there. */
    private static double[] row(double[] arrivals, int lowest, int last) {
        double[] row = new double[Math.min(arrivals.length, last - lowest + 1)];
        for (int j = 0; j < arrivals.length; j++) {
            row[Math.min(j, row.length - 1)] += arrivals[j];
        }
        return row;
    }

    private static void eliminate(double[][] rows, int[] lowest) {
        for (int n = rows.length - 1; n > 0; n--) {
            double[] gone = rows[n];
            int low = lowest[n];
            int count = Math.min(gone.length, n - low);
            double down = 0;
            for (int j = 0; j < count; j++) {
                down += gone[j];
            }
            for (int i = 0; i < n; i++) {
                int at = n - lowest[i];
                double[] row = rows[i];
                if (at >= row.length) {
                    continue;
                }
                double share = row[at] / down;
                row[at] = share;
                int shift = low - lowest[i];
                for (int j = 0; j < count; j++) {
                    row[j + shift] += share * gone[j];
                }
            }
        }
    }

    private static double[] stationary(double[][] rows, int[] lowest) {
        double[] probabilities = new double[rows.length];
        probabilities[0] = 1;
        for (int i = 0; i < rows.length; i++) {
            for (int j = Math.max(0, i + 1 - lowest[i]); j < rows[i].length; j++) {
                probabilities[lowest[i] + j] += probabilities[i] * rows[i][j];
            }
        }
        return Poisson.normalised(probabilities);
    }
}
