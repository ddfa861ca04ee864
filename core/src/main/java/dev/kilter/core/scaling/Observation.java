package dev.kilter.core.scaling;

import java.util.List;

/**
 * What is known of one InferenceDeployment now.
 *
 * @param deployment its name, for messages
 * @param settings what its owner asked for
 * @param demand what arrives, and how well it is answered
 * @param pools all of its pools, those of draining revisions too
 * @param before what the last {@link Decision#next()} left; {@link ScalingState#NONE} at first
 */
public record Observation(
        String deployment, ScalingSettings settings, Demand demand, List<PoolObservation> pools, ScalingState before) {
    public Observation {
        pools = List.copyOf(pools);
    }
}
