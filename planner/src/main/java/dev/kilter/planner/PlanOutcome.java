package dev.kilter.planner;

import java.util.List;
import java.util.Optional;

/** What a plan search found. */
public sealed interface PlanOutcome {

    /** Everything that was asked for can be had. */
    record Chosen(Plan plan) implements PlanOutcome {}

    /**
     * Not everything can be had.
     *
     * @param reason which constraint binds, by how much, and what would meet it
     * @param rejected the best configuration per binding constraint, at most {@link Plan#MAX_REJECTIONS}
     * @param nearest what keeps the hard limits (budget, quality, memory, replicas) and comes nearest to the objective;
     *     better served than nothing. Empty: nothing can be run at all
     */
    record Impossible(String reason, List<Rejection> rejected, Optional<Plan> nearest) implements PlanOutcome {
        public Impossible {
            rejected = List.copyOf(rejected);
        }
    }
}
