package dev.kilter.core.scaling;

import dev.kilter.core.OperatingPoint;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What is known of one pool now.
 *
 * @param name the ServingPool's
 * @param revision pools of one revision share their traffic
 * @param share weight of the revision; 0: it drains or is not yet in use, and its count is the operator's
 * @param replicas what is asked for now ({@code spec.replicas})
 * @param readyReplicas how many of them serve; the others are starting and count as capacity to come
 * @param maxReplicas what this pool can grow to; empty: bounded by the settings alone
 * @param capacityPerReplica requests a second that one replica answers within the objective, as planned from evidence;
 *     empty: unmeasured
 * @param costPerReplicaHour in the currency all classes share; empty: not told, taken as the dearest
 * @param operatingPoint the pool's default
 * @param engineInstances of each replica
 * @param pods what the pods report
 * @param place among the pools of its revision
 */
public record PoolObservation(
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
        PodLoads pods,
        Place place) {

    public PoolObservation {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: >= 0)");
        }
        readyReplicas = Math.clamp(readyReplicas, 0, replicas);
    }

    /**
     * Where a pool stands among those of its revision, and what room it has found.
     *
     * @param rank 0: the plan's first choice; each next one carries what those before it find no room for. Among equals
     *     the cheapest goes first
     * @param scheduled pods that have a node; empty: not told, and none is taken to lack one
     */
    public record Place(int rank, OptionalInt scheduled) {

        /** The plan's only choice, of which nobody tells where its pods are. */
        public static final Place ONLY = new Place(0, OptionalInt.empty());
    }

    /** Replicas that have a node. */
    public int placed() {
        return Math.min(replicas, place.scheduled().orElse(replicas));
    }

    /** Replicas that have a node and do not serve yet. */
    public int starting() {
        return Math.max(0, placed() - readyReplicas);
    }
}
