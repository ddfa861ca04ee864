package dev.kilter.planner.simulation.control;

import dev.kilter.core.OperatingPoint;
import java.util.List;

/**
 * One pool at a tick.
 *
 * @param name its name
 * @param desired replicas asked for now
 * @param point how its pods serve now
 * @param pods all that are not draining
 */
public record PoolSeen(String name, int desired, OperatingPoint point, List<PodSeen> pods) {
    public PoolSeen {
        pods = List.copyOf(pods);
    }

    /** How many of its pods serve. */
    public int ready() {
        return (int) pods.stream().filter(PodSeen::ready).count();
    }
}
