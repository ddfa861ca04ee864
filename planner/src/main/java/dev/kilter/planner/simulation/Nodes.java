package dev.kilter.planner.simulation;

import java.time.Duration;

/**
 * The nodes that a pool's replicas need a place on.
 *
 * @param replicasPerNode places on each
 * @param initial nodes at the beginning
 * @param least nodes that are kept, used or not
 * @param most the quota
 * @param provisioning from the order, made for a replica without a place, to the node
 * @param idle after so long without a replica a node is given back
 */
public record Nodes(int replicasPerNode, int initial, int least, int most, Delay provisioning, Duration idle) {
    public Nodes {
        if (replicasPerNode < 1) {
            throw new IllegalArgumentException("replicasPerNode: " + replicasPerNode + " (expected: >= 1)");
        }
        if (initial < 0 || most < initial) {
            throw new IllegalArgumentException(
                    "nodes: " + initial + " to " + most + " (expected: 0 <= initial <= most)");
        }
        if (least < 0 || initial < least) {
            throw new IllegalArgumentException("least: " + least + " (expected: 0 to " + initial + ", the initial)");
        }
        if (idle.isNegative()) {
            throw new IllegalArgumentException("idle: " + idle + " (expected: >= 0)");
        }
    }
}
