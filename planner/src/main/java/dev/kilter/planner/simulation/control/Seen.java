package dev.kilter.planner.simulation.control;

import java.util.List;

/**
 * What a controller sees at a tick.
 *
 * @param nowNanos since the beginning
 * @param gateway what was scraped of the gateway
 * @param pools all of them, in their order
 */
public record Seen(long nowNanos, Metrics gateway, List<PoolSeen> pools) {
    public Seen {
        pools = List.copyOf(pools);
    }
}
