package dev.kilter.operator.status;

import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.Profiling;
import dev.kilter.operator.plan.Rollout;
import java.util.Optional;

/**
 * What a reconcile found and decided, for the status to tell.
 *
 * @param plan empty: it was not planned, since it is invalid; while it is paused: what it would be
 * @param rollout empty: nothing is to be rolled out
 * @param profiling empty: not looked at
 * @param blocked why it cannot go on without somebody's help
 */
public record Findings(
        Observation seen,
        Optional<PlanDecision> plan,
        Optional<Rollout> rollout,
        Optional<Profiling> profiling,
        Optional<Blocked> blocked) {

    /** Something that only people can mend. */
    public record Blocked(String reason, String message) {}
}
