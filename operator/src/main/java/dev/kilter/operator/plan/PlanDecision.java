package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.Planner;
import dev.kilter.planner.Rejection;
import dev.kilter.planner.Replan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What should serve from now on. */
public sealed interface PlanDecision {

    /** How long a measured plan stays at least, unless the objective is broken. */
    Duration DWELL = Duration.ofMinutes(10);

    /**
     * There is a plan.
     *
     * @param plan as the status tells it
     * @param pools that it means
     * @param change why other pools take over; empty: the same pools as before
     * @param shortfall what of the spec cannot be had; empty: all of it can
     * @param nowhere why no other class can stand in for one that is full; empty: none is full, or another does
     */
    record Planned(
            dev.kilter.api.v1alpha1.Plan plan,
            List<DesiredPool> pools,
            Optional<String> change,
            Optional<String> shortfall,
            Optional<String> nowhere)
            implements PlanDecision {

        public Planned {
            pools = List.copyOf(pools);
        }
    }

    /**
     * Nothing can serve it.
     *
     * @param reason which constraint binds, and what would meet it
     */
    record Unplannable(String reason, List<Rejection> rejected) implements PlanDecision {
        public Unplannable {
            rejected = List.copyOf(rejected);
        }
    }

    /**
     * Plans, and keeps what runs unless another plan is worth moving pods for. What stands in for a full class is added
     * by {@link Spill}.
     *
     * @param told the plan as last told; null: none yet
     * @param existing the pools of the InferenceDeployment
     * @param sloBroken whether the objective is missed and scaling cannot mend it
     */
    static PlanDecision decide(
            PlanInputs inputs,
            dev.kilter.api.v1alpha1.Plan told,
            List<ServingPool> existing,
            boolean sloBroken,
            Instant now) {
        dev.kilter.api.v1alpha1.Plan status = PlanTexts.firstChoice(told);
        PlanOutcome outcome = Planner.plan(inputs.request());
        Optional<Plan> fresh = switch (outcome) {
            case PlanOutcome.Chosen(Plan plan) -> Optional.of(plan);
            case PlanOutcome.Impossible impossible -> impossible.nearest();
        };
        Optional<String> shortfall = switch (outcome) {
            case PlanOutcome.Chosen ignored -> Optional.empty();
            case PlanOutcome.Impossible impossible -> Optional.of(impossible.reason());
        };
        Optional<Plan> running =
                PlanTexts.fromStatus(status, existing).filter(plan -> stillMeant(inputs, plan, status));
        if (fresh.isEmpty()) {
            PlanOutcome.Impossible impossible = (PlanOutcome.Impossible) outcome;
            return running.<PlanDecision>map(plan -> keep(inputs, plan, status, shortfall))
                    .orElseGet(() -> new Unplannable(impossible.reason(), impossible.rejected()));
        }
        // For a specification that has changed the best plan holds: no dwell time, no least saving.
        boolean changed = status == null || !Objects.equals(inputs.generation(), status.observedGeneration());
        if (running.isEmpty() || changed) {
            if (status != null && samePools(inputs, fresh.get(), status)) {
                // Its pools could not be made yet, or lost their right to stay for want of better ones: no news.
                return adjust(inputs, fresh.get(), status, Instant.parse(status.plannedAt()), shortfall);
            }
            String why = status == null ? fresh.get().pools().getFirst().reason() : "the specification changed";
            return take(inputs, fresh.get(), Optional.of(why), now, shortfall);
        }
        Instant since = Instant.parse(status.plannedAt());
        Replan replan = Replan.decide(
                new Replan.Running(running.get(), since, sloBroken),
                fresh.get(),
                inputs.demand(),
                dwell(running.get()),
                now);
        return switch (replan) {
            case Replan.Keep ignored -> keep(inputs, running.get(), status, shortfall);
            case Replan.Adjust(Plan plan, String ignored) ->
                isGuess(plan) && !isGuess(running.get())
                        ? keep(inputs, running.get(), status, shortfall)
                        : adjust(inputs, plan, status, since, shortfall);
            case Replan.Switch(Plan plan, String why) -> take(inputs, plan, Optional.of(why), now, shortfall);
        };
    }

    /** A guess gives way to evidence at once. */
    private static Duration dwell(Plan running) {
        return isGuess(running) ? Duration.ZERO : DWELL;
    }

    private static boolean isGuess(Plan plan) {
        return plan.pools().stream().anyMatch(pool -> pool.evidence() == Plan.Evidence.UNMEASURED);
    }

    /** Whether the specification and the classes of today still mean the pools that the plan names. */
    private static boolean stillMeant(PlanInputs inputs, Plan plan, dev.kilter.api.v1alpha1.Plan status) {
        return samePools(inputs, plan, status)
                && plan.pools().stream()
                        .allMatch(pool ->
                                !inputs.withoutNodes().contains(pool.acceleratorClass()) && inputs.mayAnswer(pool));
    }

    private static boolean samePools(PlanInputs inputs, Plan plan, dev.kilter.api.v1alpha1.Plan status) {
        List<String> names = DesiredPool.of(inputs.deployment(), inputs.usableClasses(), plan).stream()
                .map(DesiredPool::name)
                .toList();
        return names.equals(status.pools().stream().map(pool -> pool.name()).toList());
    }

    private static Planned keep(
            PlanInputs inputs, Plan running, dev.kilter.api.v1alpha1.Plan status, Optional<String> shortfall) {
        return new Planned(
                PlanTexts.kept(inputs, status),
                DesiredPool.of(inputs.deployment(), inputs.usableClasses(), running),
                Optional.empty(),
                shortfall,
                Optional.empty());
    }

    private static Planned adjust(
            PlanInputs inputs,
            Plan plan,
            dev.kilter.api.v1alpha1.Plan status,
            Instant since,
            Optional<String> shortfall) {
        List<DesiredPool> pools = DesiredPool.of(inputs.deployment(), inputs.usableClasses(), plan);
        return new Planned(
                PlanTexts.toStatus(inputs, plan, pools, status.reason(), since),
                pools,
                Optional.empty(),
                shortfall,
                Optional.empty());
    }

    private static Planned take(
            PlanInputs inputs, Plan plan, Optional<String> why, Instant now, Optional<String> shortfall) {
        List<DesiredPool> pools = DesiredPool.of(inputs.deployment(), inputs.usableClasses(), plan);
        return new Planned(
                PlanTexts.toStatus(inputs, plan, pools, why.orElse(""), now), pools, why, shortfall, Optional.empty());
    }
}
