package dev.kilter.planner.simulation.control;

import dev.kilter.core.OperatingPoint;

/**
 * What a controller asks for of one pool.
 *
 * @param replicas how many
 * @param point how they should serve
 * @param reason why, a sentence or more
 */
public record Desired(int replicas, OperatingPoint point, String reason) {
    public Desired {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: >= 0)");
        }
    }

    /** As it is. */
    public static Desired same(PoolSeen pool, String reason) {
        return new Desired(pool.desired(), pool.point(), reason);
    }
}
