package dev.kilter.core.capacity;

import dev.kilter.core.ServiceCurve;
import java.time.Duration;
import java.util.Arrays;

/**
 * One replica as the analysis sees it: engine instances that each, when free, take all that is queued up to a limit.
 * Requests arrive as a Poisson stream, one item each; nothing is refused.
 *
 * <p>Exact but for the grid, with one instance and no delay, for log-normal batch times (see {@link BatchTime}).
 * Approximate elsewhere:
 *
 * <ul>
 *   <li>several instances finish at nearly unrelated moments (see {@link Pickups}), and a request finds all of them
 *       busy with Erlang's probability: for up to four this promises hardly more than simulation shows, and often less;
 *   <li>a delay adds all of itself to the time, which is an upper bound;
 *   <li>a limit above {@value #LARGEST_BATCH} is analysed as that, and a load above {@link #MAX_LOAD} of saturation is
 *       not planned: no measured curve is exact enough to go nearer.
 * </ul>
 *
 * @param curve one instance's time of a batch
 * @param instances engine instances that share the queue
 * @param maxBatchSize the largest batch, items
 * @param maxDelay how long a batch below the limit waits for company, from its first arrival; zero: not at all
 */
public record Replica(ServiceCurve curve, int instances, int maxBatchSize, Duration maxDelay) {

    /** The share of saturation that {@link #capacity} never exceeds. */
    public static final double MAX_LOAD = 0.97;

    private static final int LARGEST_BATCH = 128;
    private static final int MAX_STATES = 1500;
    private static final double FRACTION = 0.99;
    private static final double TOLERANCE = 0.002;

    public Replica {
        if (instances < 1) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= 1)");
        }
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("maxDelay: " + maxDelay + " (expected: >= 0)");
        }
    }

    /** The rate that no queue survives, in requests per second: full batches, back to back. */
    public double saturation() {
        int batch = analysedBatch();
        return instances * batch / curve.meanSeconds(batch);
    }

    /**
     * The highest Poisson rate whose 99th percentile of the time from arrival to answer is within the objective.
     *
     * @return requests per second, to about 0.2 % of saturation; 0 where even a lone request misses the objective
     */
    public double capacity(Duration p99) {
        double objective = (p99.toNanos() - maxDelay.toNanos()) / 1e9;
        if (curve.p99Seconds(1) > objective) {
            return 0;
        }
        double most = MAX_LOAD * saturation();
        double missedAtMost = missed(most, objective);
        return missedAtMost <= 0 ? most : rateThatMisses(objective, most, missedAtMost);
    }

    /**
     * False position (Illinois): misses grow about exponentially with the rate, so that their logarithm is near a line.
     */
    private double rateThatMisses(double objective, double most, double missedAtMost) {
        double low = 0;
        double high = most;
        double atLow = Math.log(1e-6 / (1 - FRACTION));
        double atHigh = missedAtMost;
        int lastMoved = 0;
        while (high - low > TOLERANCE * most) {
            double rate = Math.clamp(
                    low - atLow * (high - low) / (atHigh - atLow),
                    low + 0.02 * (high - low),
                    high - 0.02 * (high - low));
            double missed = missed(rate, objective);
            if (missed <= 0) {
                if (missed > -0.02) {
                    return rate;
                }
                low = rate;
                atLow = missed;
                // An end that stays twice running counts half, so that the other one is reached.
                atHigh = lastMoved < 0 ? atHigh / 2 : atHigh;
                lastMoved = -1;
            } else {
                high = rate;
                atHigh = missed;
                atLow = lastMoved > 0 ? atLow / 2 : atLow;
                lastMoved = 1;
            }
        }
        return low;
    }

    /**
     * The 99th percentile of the time from arrival to answer at a Poisson rate.
     *
     * @param rate requests per second; 0: a lone request
     * @return seconds, to half a percent; infinite from {@link #saturation()} on; a lower bound above {@link #MAX_LOAD}
     */
    public double p99Seconds(double rate) {
        if (!(rate >= 0)) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: >= 0)");
        }
        double delay = maxDelay.toNanos() / 1e9;
        if (rate == 0) {
            return curve.p99Seconds(1) + delay;
        }
        return rate >= saturation() ? Double.POSITIVE_INFINITY : sojourn(rate).quantile(FRACTION) + delay;
    }

    /** The logarithm of the misses against those allowed: 0 where just met, negative where better. */
    private double missed(double rate, double objective) {
        double missed = Math.max(1e-6, 1 - sojourn(rate).within(objective));
        return Math.log(missed / (1 - FRACTION));
    }

    private Sojourn sojourn(double rate) {
        BatchTime[] times = new BatchTime[analysedBatch()];
        Arrays.setAll(times, i -> BatchTime.of(curve, i + 1));
        Pickups following = Pickups.following(times, instances);
        int states = states(rate, following.full(), times.length);
        double[] queued = PickupChain.queued(rate, times.length, following, states);
        return new Sojourn(rate, times, instances, following, Pickups.single(times, instances), queued);
    }

    /** Enough to hold the queue but for one time in thousands, by the mean that it has in heavy traffic. */
    private static int states(double rate, BatchTime pickup, int batch) {
        double arrivals = rate * pickup.meanSeconds();
        double variance = arrivals + rate * rate * pickup.variance();
        double mean = variance / (2 * Math.max(1e-3, batch - arrivals));
        return (int) Math.min(MAX_STATES, 2 * batch + arrivals + 8 * Math.sqrt(variance) + 8 * mean + 16);
    }

    private int analysedBatch() {
        return Math.min(maxBatchSize, LARGEST_BATCH);
    }
}
