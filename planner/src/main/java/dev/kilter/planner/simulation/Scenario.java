package dev.kilter.planner.simulation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.capacity.Replica;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A replica to simulate.
 *
 * @param curve what a batch truly takes
 * @param instances engine instances that share the queue
 * @param limits the operating point's
 * @param slo each request is due that long after its arrival, and expires in the queue then; empty: never
 * @param admission whether what cannot meet its deadline is refused on arrival
 * @param cost what policy and admission believe a batch takes
 */
public record Scenario(
        ServiceCurve curve,
        int instances,
        BatchLimits limits,
        Optional<Duration> slo,
        boolean admission,
        BatchCost cost) {
    public Scenario {
        if (instances < 1) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= 1)");
        }
        if (admission && slo.isEmpty()) {
            throw new IllegalArgumentException("slo: none (expected: one, as admission goes by deadlines)");
        }
    }

    /** A replica whose requests are never late, for a policy that knows no cost. */
    public static Scenario of(Replica replica) {
        long delay = replica.maxDelay().toNanos();
        BatchLimits limits = new BatchLimits(replica.maxBatchSize(), OptionalLong.of(delay));
        return new Scenario(replica.curve(), replica.instances(), limits, Optional.empty(), false, BatchCost.unknown());
    }

    /** A replica under an objective, with admission, its curve known. */
    public static Scenario of(ServiceCurve curve, int instances, int maxBatchSize, Duration slo) {
        BatchLimits limits = new BatchLimits(maxBatchSize, OptionalLong.empty());
        return new Scenario(curve, instances, limits, Optional.of(slo), true, new CurveCost(curve, maxBatchSize, 1));
    }
}
