package dev.kilter.planner.simulation.rivals;

import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;

/** The least and the most replicas. */
public record Bounds(int min, int max) {
    public Bounds {
        if (min < 0 || max < Math.max(1, min)) {
            throw new IllegalArgumentException(
                    "bounds: " + min + " to " + max + " (expected: 0 <= min <= max, max >= 1)");
        }
    }

    int clamp(int replicas) {
        return Math.clamp(replicas, min, max);
    }

    /** The one pool that a rival scales. */
    static PoolSeen only(Seen seen) {
        if (seen.pools().size() != 1) {
            throw new IllegalArgumentException(
                    "pools: " + seen.pools().size() + " (expected: one, each has an autoscaler of its own)");
        }
        return seen.pools().getFirst();
    }
}
