package dev.kilter.planner.simulation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.simulation.BatchTimes;
import java.util.function.IntFunction;

/**
 * How the replicas of a pool work.
 *
 * @param policy a fresh one for so many engine instances
 * @param admission whether what cannot meet its deadline is refused on arrival
 * @param expiry whether what has waited for the objective is given up
 * @param times what batches truly take
 * @param learning whether it learns what batches take while it serves, from two batches of its warm-up on; if not it
 *     knows the curve from the beginning
 */
public record ReplicaRule(
        IntFunction<BatchPolicy> policy, boolean admission, boolean expiry, Times times, boolean learning) {

    /** As the serving runtime works. */
    public static final ReplicaRule PRODUCTION =
            new ReplicaRule(_ -> new SloBatchPolicy(), true, true, BatchTimes::of, true);

    /** What batches take, from what was measured. */
    @FunctionalInterface
    public interface Times {

        /** Of batches up to that size. */
        BatchTimes of(ServiceCurve curve, int maxBatchSize);
    }
}
