package dev.kilter.core.capacity;

import dev.kilter.core.ServiceCurve;
import java.time.Duration;

/**
 * One replica as the analysis sees it: engine instances that each, when free, take all that is queued up to a limit.
 * Requests arrive as a Poisson stream, one item each; nothing is refused.
 *
 * @param curve one instance's time of a batch
 * @param instances engine instances that share the queue
 * @param maxBatchSize the largest batch, items
 * @param maxDelay how long a batch below the limit waits for company, from its first arrival; zero: not at all
 */
public record Replica(ServiceCurve curve, int instances, int maxBatchSize, Duration maxDelay) {

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
        return instances * maxBatchSize / curve.meanSeconds(maxBatchSize);
    }

    /**
     * The highest Poisson rate whose 99th percentile of the time from arrival to answer is within the objective.
     *
     * @return requests per second; 0 where even a lone request misses the objective
     */
    public double capacity(Duration p99) {
        double objective = p99.toNanos() / 1e9;
        if (p99Seconds(0) > objective) {
            return 0;
        }
        double low = 0;
        double high = saturation();
        while (high - low > 1e-3 * high) {
            double rate = (low + high) / 2;
            if (p99Seconds(rate) <= objective) {
                low = rate;
            } else {
                high = rate;
            }
        }
        return low;
    }

    /**
     * The 99th percentile of the time from arrival to answer at a Poisson rate.
     *
     * @param rate requests per second
     * @return seconds; infinite from {@link #saturation()} on
     */
    public double p99Seconds(double rate) {
        double load = rate / saturation();
        if (load >= 1) {
            return Double.POSITIVE_INFINITY;
        }
        // A first estimate: the running batch, then one's own, both at the size that the rate sustains.
        int batch = 1;
        while (batch < maxBatchSize && rate * curve.meanSeconds(batch) / instances > batch) {
            batch++;
        }
        double wait = load * curve.p99Seconds(batch) / instances / (1 - load);
        return maxDelay.toNanos() / 1e9 + wait + curve.p99Seconds(batch);
    }
}
