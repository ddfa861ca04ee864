package dev.kilter.autoscaler;

import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Observation;
import dev.kilter.protocol.DemandSummary;
import java.util.Map;

/**
 * One InferenceDeployment's part of a tick.
 *
 * @param key which
 * @param observation what was known
 * @param decision what was decided
 * @param writes by pool: what became of each write; a pool without a change is not in it
 * @param demand what the operator is told, now or when it is due
 */
public record Decided(
        DeploymentKey key,
        Observation observation,
        Decision decision,
        Map<String, ScaleWriter.Outcome> writes,
        DemandSummary demand) {
    public Decided {
        writes = Map.copyOf(writes);
    }
}
