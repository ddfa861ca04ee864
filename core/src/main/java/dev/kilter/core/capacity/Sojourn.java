package dev.kilter.core.capacity;

import java.util.Arrays;

/**
 * The time from arrival to answer of a request that finds the queue in its long-run state: until the next pickup, then
 * whole batches that are ahead of it, then its own batch, whose size those that come after it also decide.
 *
 * <p>An arrival meets a running pickup interval in proportion to its length and at a uniform moment of it (Poisson
 * arrivals see time averages); Inoue, "Queueing analysis of GPU-based inference servers with dynamic batching" (2021),
 * gives the means of this queue in closed form. Here the whole distribution is summed up on a grid over the time that
 * is left until the next pickup.
 */
final class Sojourn {
    private static final int CELLS = 48;
    // Of a batch size, of which there are at most 128; of a place in the queue, of which there are thousands.
    private static final double NEGLIGIBLE_SIZE = 1e-5;
    private static final double NEGLIGIBLE_PLACE = 1e-9;

    private final double rate;
    private final BatchTime[] times;
    private final BatchTime fullPickup;
    private final double[] untilPickup = new double[CELLS];
    /** By cell, then by how many are queued ahead: how likely an arrival meets that. */
    private final double[][] ahead = new double[CELLS][];

    private final double alone;

    /**
     * Sums up.
     *
     * @param queued probabilities at pickups
     */
    Sojourn(double rate, BatchTime[] times, int instances, Pickups following, Pickups pickups, double[] queued) {
        this.rate = rate;
        this.times = times;
        this.fullPickup = following.full();
        double longest = pickups.longest();
        for (int cell = 0; cell < CELLS; cell++) {
            untilPickup[cell] = (edge(cell, longest) + edge(cell + 1, longest)) / 2;
            ahead[cell] = new double[0];
        }
        int maxBatch = times.length;
        double busy = 0;
        for (int k = 1; k <= maxBatch; k++) {
            double[] left = leftBehind(queued, k, maxBatch);
            double weight = Arrays.stream(left).sum();
            busy += weight * rate * following.mean(k);
            if (weight > NEGLIGIBLE_SIZE) {
                meet(k, left, pickups, longest);
            }
        }
        double idle = queued[0];
        double noneFree = busy / (busy + idle);
        // Until all are busy requests go one by one, which takes more of the instances than batches would.
        double load = Math.clamp(rate * times[0].meanSeconds() / instances, noneFree, 1);
        double wait = instances == 1 ? noneFree : erlangC(instances, load);
        scaleTo(wait);
        alone = 1 - wait;
    }

    /** The probability that a request is answered within that many seconds. */
    double within(double seconds) {
        double probability = alone * times[0].within(seconds);
        for (int cell = 0; cell < CELLS && untilPickup[cell] < seconds; cell++) {
            probability += within(seconds, untilPickup[cell], ahead[cell]);
        }
        return probability;
    }

    /** The time that this fraction of the requests is answered within, to half a percent; seconds. */
    double quantile(double fraction) {
        double high = times[0].meanSeconds();
        while (within(high) < fraction) {
            high *= 1.5;
        }
        double low = high / 1.5;
        while (high - low > 0.005 * high) {
            double middle = (low + high) / 2;
            if (within(middle) < fraction) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private double within(double seconds, double untilPickup, double[] weights) {
        int maxBatch = times.length;
        double probability = 0;
        for (int batches = 0; batches * maxBatch < weights.length; batches++) {
            double start = untilPickup + batches * fullPickup.meanSeconds();
            if (start >= seconds) {
                break;
            }
            double[] company = Poisson.first(rate * start, maxBatch - 1);
            double[] answered = answered(seconds - untilPickup, batches);
            int end = Math.min(maxBatch, weights.length - batches * maxBatch);
            for (int place = 0; place < end; place++) {
                double weight = weights[batches * maxBatch + place];
                if (weight > NEGLIGIBLE_PLACE) {
                    probability += weight * inOwnBatch(place, company, answered);
                }
            }
        }
        return probability;
    }

    /** By the size of one's own batch: whether it and the full ones before it end within the time. */
    private double[] answered(double seconds, int batches) {
        double[] answered = new double[times.length];
        for (int m = 0; m < times.length; m++) {
            BatchTime own = times[m];
            BatchTime all = batches == 0
                    ? own
                    : BatchTime.ofMoments(
                            own.meanSeconds() + batches * fullPickup.meanSeconds(),
                            own.variance() + batches * fullPickup.variance());
            answered[m] = all.within(seconds);
        }
        return answered;
    }

    /** At that place of its batch, from 0, with company still to come. */
    private static double inOwnBatch(int place, double[] company, double[] answered) {
        double probability = 0;
        double rest = 1;
        int open = Math.min(company.length, answered.length - place - 1);
        for (int more = 0; more < open; more++) {
            probability += company[more] * answered[place + more];
            rest -= company[more];
        }
        return probability + Math.max(0, rest) * answered[Math.min(answered.length - 1, place + open)];
    }

    /** What stays queued when a batch of k is taken, by count, with the probability of such a pickup. */
    private static double[] leftBehind(double[] queued, int k, int maxBatch) {
        if (k == maxBatch) {
            double[] left = Arrays.copyOfRange(queued, maxBatch, Math.max(maxBatch + 1, queued.length));
            left[0] += maxBatch == 1 ? queued[0] : 0;
            return left;
        }
        return new double[] {k == 1 ? queued[0] + queued[1] : queued[k]};
    }

    /** Adds the arrivals that come while the pickup after a batch of k is awaited. */
    private void meet(int k, double[] left, Pickups pickups, double longest) {
        for (int i = 0; i < pickups.points(); i++) {
            double interval = pickups.seconds(k, i);
            for (int cell = 0; cell < CELLS && edge(cell, longest) < interval; cell++) {
                double length = Math.min(edge(cell + 1, longest), interval) - edge(cell, longest);
                double weight = pickups.weight(i) * rate * length;
                double[] come = Poisson.probabilities(rate * Math.max(0, interval - untilPickup[cell]));
                ahead[cell] = withRoom(ahead[cell], left.length + come.length - 1);
                for (int r = 0; r < left.length; r++) {
                    if (left[r] > NEGLIGIBLE_PLACE) {
                        for (int c = 0; c < come.length; c++) {
                            ahead[cell][r + c] += weight * left[r] * come[c];
                        }
                    }
                }
            }
        }
    }

    /** Makes all of them together that likely. */
    private void scaleTo(double probability) {
        double sum = Arrays.stream(ahead).flatMapToDouble(Arrays::stream).sum();
        for (double[] weights : ahead) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= probability / sum;
            }
        }
    }

    /** Finer near 0, where short intervals lie. */
    private static double edge(int cell, double longest) {
        double x = (double) cell / CELLS;
        return longest * x * x;
    }

    private static double[] withRoom(double[] weights, int length) {
        return weights.length >= length ? weights : Arrays.copyOf(weights, length);
    }

    /** The probability that all of n are busy, at that load of each (Erlang's C). */
    private static double erlangC(int instances, double load) {
        double blocked = 1;
        double offered = instances * load;
        for (int i = 1; i <= instances; i++) {
            blocked = offered * blocked / (i + offered * blocked);
        }
        return blocked / (1 - load * (1 - blocked));
    }
}
