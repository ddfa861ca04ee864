package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Missing the objective at a rate that the ready replicas should carry proves their capacity wrong. */
final class ClosedLoop {

    private final PolicySettings policy;

    ClosedLoop(PolicySettings policy) {
        this.policy = policy;
    }

    /** @param reasons empty while the objective is met */
    record Result(Map<String, PoolMemory> memories, List<String> reasons) {}

    Result corrected(Observation observation, Map<String, PoolMemory> memories, Demand.Measured demand, Instant now) {
        Optional<Correction.Miss> missed = Correction.missed(demand.recent(), observation.settings(), policy);
        Map<String, PoolMemory> corrected = new HashMap<>(memories);
        for (Revision revision : Revision.of(observation.pools())) {
            boolean blamed = missed.isPresent()
                    && shouldCarry(
                            revision,
                            Math.max(demand.latestPerSecond(), demand.perSecond()) * revision.fraction(),
                            observation,
                            memories,
                            now);
            for (PoolObservation pool : revision.pools()) {
                PoolMemory memory = memories.get(pool.name());
                Correction correction = memory.correction();
                if (missed.isEmpty()) {
                    correction = correction.raised(policy, now);
                } else if (blamed) {
                    correction = correction.lowered(missed.get().fraction(), policy, now);
                }
                corrected.put(pool.name(), memory.withCorrection(correction));
            }
        }
        return new Result(
                corrected,
                missed.map(miss -> "objective missed: " + miss.reason()).stream()
                        .toList());
    }

    /** Only when all replicas are there, settled and heard of: else it is their absence that is to blame. */
    private boolean shouldCarry(
            Revision revision, double rate, Observation observation, Map<String, PoolMemory> memories, Instant now) {
        double ready = 0;
        for (PoolObservation pool : revision.pools()) {
            PoolMemory memory = memories.get(pool.name());
            boolean settled = !memory.changedAt().plus(policy.settle()).isAfter(now);
            if (pool.starting() > 0 || !settled || pool.pods().partial()) {
                return false;
            }
            ready += pool.readyReplicas()
                    * Capacity.of(
                                    pool,
                                    observation.settings(),
                                    policy,
                                    memory.correction().factor(),
                                    policy.targetUtilization())
                            .filter(Capacity::correctable)
                            .map(Capacity::full)
                            .orElse(0.0);
        }
        return ready > 0 && rate <= ready;
    }
}
