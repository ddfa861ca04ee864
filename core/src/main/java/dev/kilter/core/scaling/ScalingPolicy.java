package dev.kilter.core.scaling;

import java.time.Instant;

/** Decides how many replicas each pool of one InferenceDeployment should have, and how they should serve. */
@FunctionalInterface
public interface ScalingPolicy {

    /**
     * A pure function: the same observation at the same time gives the same decision.
     *
     * @param observation what is known now, with the state that the last decision for this InferenceDeployment left
     * @param now should not run backwards between decisions; where it does, it is taken to stand still
     * @return a decision for every pool of the observation
     */
    Decision decide(Observation observation, Instant now);
}
