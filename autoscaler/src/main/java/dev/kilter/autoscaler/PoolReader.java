package dev.kilter.autoscaler;

import java.util.List;

/** Tells what there is to scale. */
@FunctionalInterface
public interface PoolReader {

    /**
     * Every InferenceDeployment with its pools, as known now. Never blocks for long: a reader with a cache answers from
     * it.
     */
    List<ScalingTarget> read();
}
