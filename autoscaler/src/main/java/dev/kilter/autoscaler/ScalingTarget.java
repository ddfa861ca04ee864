package dev.kilter.autoscaler;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One InferenceDeployment as its resources tell it.
 *
 * @param key which
 * @param settings what its owner asked for
 * @param sloWindow what p99 and attainment are told over
 * @param pools all of its pools; empty: not planned yet
 */
public record ScalingTarget(DeploymentKey key, ScalingSettings settings, Duration sloWindow, List<Pool> pools) {
    public ScalingTarget {
        pools = List.copyOf(pools);
    }

    /**
     * One ServingPool.
     *
     * @param name its name
     * @param revision pools of one revision share their traffic
     * @param share weight of the revision; 0: takes no new requests
     * @param replicas asked for now; a write over any other count is refused
     * @param readyReplicas that serve
     * @param maxReplicas what this pool can grow to; empty: no bound of its own
     * @param capacityPerReplica requests a second within the objective; empty: unmeasured
     * @param costPerReplicaHour in the currency all classes share; empty: not told
     * @param operatingPoint the default of its pods
     * @param engineInstances of each pod
     * @param place among the pools of its revision
     * @param paused its count is left as it is
     * @param modelDigests by variant: what its pods must load; a variant that is not in it is not pinned yet
     */
    public record Pool(
            String name,
            String revision,
            int share,
            int replicas,
            int readyReplicas,
            OptionalInt maxReplicas,
            OptionalDouble capacityPerReplica,
            OptionalDouble costPerReplicaHour,
            OperatingPoint operatingPoint,
            int engineInstances,
            PoolObservation.Place place,
            boolean paused,
            Map<String, String> modelDigests) {
        public Pool {
            modelDigests = Map.copyOf(modelDigests);
        }
    }
}
