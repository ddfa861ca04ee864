package dev.kilter.core.simulation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchLimits;
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

    /** A replica under an objective, with admission, its curve known. */
    public static Scenario of(ServiceCurve curve, int instances, BatchLimits limits, Duration slo) {
        CurveCost cost = new CurveCost(curve, limits.maxBatchSize(), 1);
        return new Scenario(curve, instances, limits, Optional.of(slo), true, cost);
    }

    /** The same with another belief of what a batch takes. */
    public Scenario believing(BatchCost other) {
        return new Scenario(curve, instances, limits, slo, admission, other);
    }

    /** A replica whose requests are never late, for a policy that goes by size and delay alone. */
    public static Scenario endless(ServiceCurve curve, int instances, int maxBatchSize, Duration maxDelay) {
        BatchLimits limits = new BatchLimits(maxBatchSize, OptionalLong.of(maxDelay.toNanos()));
        return new Scenario(curve, instances, limits, Optional.empty(), false, BatchCost.unknown());
    }
}
