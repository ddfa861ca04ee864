package dev.kilter.core.capacity;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPlan;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.simulation.CurveCost;
import dev.kilter.core.simulation.Load;
import dev.kilter.core.simulation.Measured;
import dev.kilter.core.simulation.ReplicaSimulation;
import dev.kilter.core.simulation.Scenario;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One replica under a latency objective, as it serves: the production batch policy and the production admission, run in
 * virtual time over the service curve. Requests arrive as a Poisson stream, one item each. The same question has the
 * same answer: the arrivals are always the same ones, and what was answered is remembered.
 *
 * @param curve one instance's time of a batch
 * @param instances engine instances that share the queue
 * @param maxBatchSize the largest batch that is allowed, items
 * @param maxDelay how long a batch may wait for company at most; empty: as the policy finds
 * @param objective when 99 of 100 requests are to be answered, from their arrival
 */
public record Replica(
        ServiceCurve curve, int instances, int maxBatchSize, Optional<Duration> maxDelay, Duration objective) {

    /** The share of saturation that {@link #capacity} never exceeds: no measured curve is exact enough to go nearer. */
    public static final double MAX_LOAD = 0.97;

    /** As many requests tell a capacity to 0.5 to 1.4 % (one standard deviation), in some 10 ms. */
    private static final int REQUESTS = 40_000;

    private static final long SEED = 14;

    /** What of the rate that was carried is promised: so that chance promises too much once in ten curves, by 1 %. */
    private static final double PROMISED = 0.98;

    private static final double ALLOWED_MISSES = 0.01;
    /** A run ends when so many times the allowed misses were seen: by how much more there would be hardly matters. */
    private static final int HOPELESS = 4;

    /** To which the rate is found: less than chance moves it. */
    private static final double TOLERANCE = 0.004;

    /** The same in misses, as {@link #missed}. */
    private static final double CLOSE = 0.05;

    /** Requests that share an engine with others less often than this find it free. */
    private static final double LONELY = 1e-3;

    /** Requests a second below which they are lonely on whatever hardware: one in a day. */
    private static final double ONE_A_DAY = 1e-5;

    public Replica {
        if (instances < 1) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= 1)");
        }
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (maxDelay.isPresent() && maxDelay.get().isNegative()) {
            throw new IllegalArgumentException("maxDelay: " + maxDelay.get() + " (expected: >= 0)");
        }
        if (!objective.isPositive()) {
            throw new IllegalArgumentException("objective: " + objective + " (expected: > 0)");
        }
    }

    /** The largest batch that the policy forms for requests of this objective, items. */
    public int largestBatch() {
        BatchPlan plan = BatchPlan.of(new CurveCost(curve, maxBatchSize, 1), maxBatchSize, instances);
        return plan.efficient(plan.largest(objective.toNanos()));
    }

    /** The rate that no queue survives, in requests per second: largest batches, back to back. */
    public double saturation() {
        int batch = largestBatch();
        return instances * batch / curve.meanSeconds(batch);
    }

    /**
     * The highest Poisson rate at which 99 of 100 requests are answered within the objective; what is refused or given
     * up is not.
     *
     * @return requests per second, hardly ever too many; 0 where even a lone request misses the objective
     */
    public double capacity() {
        return Solved.ANSWERS.of(new Solved.Capacity(this), this::findCapacity);
    }

    /** Whether that rate is within {@link #capacity}: told by a single run. */
    public boolean carries(double rate) {
        return !tooSlow()
                && rate <= MAX_LOAD * saturation()
                && Solved.ANSWERS.of(new Solved.Missed(this, rate), () -> missed(rate / PROMISED)) <= 0;
    }

    /**
     * The 99th percentile of the time from arrival to answer at a Poisson rate.
     *
     * @param rate requests per second; 0: a lone request
     * @return seconds; infinite where more than one in 100 is not answered, and from {@link #saturation()} on
     */
    public double p99Seconds(double rate) {
        if (!(rate >= 0)) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: >= 0)");
        }
        if (lonely(rate)) {
            return curve.p99Seconds(1);
        }
        return Solved.ANSWERS.of(
                new Solved.P99(this, rate),
                () -> rate >= saturation()
                        ? Double.POSITIVE_INFINITY
                        : run(rate, REQUESTS).p99Seconds());
    }

    /**
     * False position (Illinois): misses grow about exponentially with the rate, so that their logarithm is near a line.
     */
    double findCapacity() {
        if (tooSlow()) {
            return 0;
        }
        double most = MAX_LOAD * saturation();
        double low = 0;
        double high = most;
        double atLow = Math.log(1e-6 / ALLOWED_MISSES);
        double atHigh = missed(most);
        if (atHigh <= 0) {
            return most;
        }
        int lastMoved = 0;
        while (high - low > TOLERANCE * high && high > LONELY * most) {
            double rate = Math.clamp(
                    low - atLow * (high - low) / (atHigh - atLow), low + 0.1 * (high - low), high - 0.1 * (high - low));
            double missed = missed(rate);
            if (missed <= 0) {
                if (missed > -CLOSE) {
                    return PROMISED * rate;
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
        return PROMISED * low;
    }

    /** The logarithm of the misses against those allowed: 0 where just met, negative where better. */
    private double missed(double rate) {
        int most = (int) (HOPELESS * ALLOWED_MISSES * REQUESTS);
        double missed = lonely(rate) ? 0 : 1 - run(rate, most).attainment(objective);
        return Math.log(Math.max(1e-6, missed) / ALLOWED_MISSES);
    }

    /** Even a lone request misses the objective. */
    private boolean tooSlow() {
        return curve.p99Seconds(1) > objective.toNanos() / 1e9;
    }

    private boolean lonely(double rate) {
        return rate * curve.p99Seconds(1) < LONELY || rate < ONE_A_DAY;
    }

    private Measured run(double rate, int mostMisses) {
        OptionalLong delay =
                maxDelay.map(Duration::toNanos).map(OptionalLong::of).orElse(OptionalLong.empty());
        Scenario scenario = Scenario.of(curve, instances, new BatchLimits(maxBatchSize, delay), objective);
        Load load = Load.poisson(rate, REQUESTS, SEED);
        return ReplicaSimulation.run(scenario, new SloBatchPolicy(), load, mostMisses);
    }
}
