package dev.kilter.autoscaler.policy;

import dev.kilter.autoscaler.forecast.Forecaster;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers what was decided pool by pool; lives for one decision. */
final class Outcome {

    private final Observation observation;
    private final Instant now;
    private final Forecaster forecaster;
    private final Map<String, Decision.Pool> pools = new HashMap<>();
    private final Map<String, PoolMemory> changed = new HashMap<>();

    /** @param forecaster as it is after this decision */
    Outcome(Observation observation, Forecaster forecaster, Instant now) {
        this.observation = observation;
        this.forecaster = forecaster;
        this.now = now;
    }

    void set(PoolObservation pool, PoolMemory memory, int count, List<String> reasons) {
        pools.put(pool.name(), new Decision.Pool(pool.name(), pool.replicas(), count, pool.operatingPoint(), reasons));
        changed.put(pool.name(), memory);
    }

    Decision allKept(Map<String, PoolMemory> memories, String why) {
        observation.pools().forEach(pool -> set(pool, memories.get(pool.name()), pool.replicas(), List.of(why)));
        return decision(memories, false, List.of());
    }

    /** @param memories of the pools that were not set */
    Decision decision(Map<String, PoolMemory> memories, boolean held, List<String> reasons) {
        List<Decision.Pool> decided = new ArrayList<>();
        Map<String, PoolMemory> next = new HashMap<>();
        for (PoolObservation pool : observation.pools()) {
            if (!pools.containsKey(pool.name())) {
                set(
                        pool,
                        memories.get(pool.name()),
                        pool.replicas(),
                        List.of("takes no traffic: its count is left to the operator"));
            }
            Decision.Pool outcome = pools.get(pool.name());
            decided.add(outcome);
            next.put(pool.name(), changed.get(pool.name()).decided(outcome.from(), outcome.to()));
        }
        return new Decision(decided, held, reasons, new PolicyState(now, next, forecaster));
    }
}
