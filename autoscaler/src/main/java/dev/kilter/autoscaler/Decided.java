package dev.kilter.autoscaler;

import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Observation;
import dev.kilter.protocol.DemandSummary;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Why a pool gets what it gets, in a line: what is expected, then what that means for it. */
    static String reason(Decision decision, Decision.Pool pool) {
        return Stream.concat(decision.reasons().stream(), pool.reasons().stream())
                .collect(Collectors.joining("; "));
    }

    /** The same of this decision. */
    public String reason(Decision.Pool pool) {
        return reason(decision, pool);
    }
}
