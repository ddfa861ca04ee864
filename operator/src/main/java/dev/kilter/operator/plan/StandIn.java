package dev.kilter.operator.plan;

import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.Planner;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The next best class where those that are planned on have no room. */
public final class StandIn {

    private StandIn() {}

    /**
     * What is planned on a class without room.
     *
     * @param asked replicas that are wanted there
     * @param placed replicas that have a node
     */
    public record Full(Plan.Pool planned, int asked, int placed) {}

    /** For what the full ones cannot carry of the demand; or else for as much as the limits allow. */
    public static PlanOutcome next(PlanInputs inputs, List<Full> full) {
        Set<String> taken =
                full.stream().map(each -> each.planned().acceleratorClass()).collect(Collectors.toSet());
        int placed = full.stream().mapToInt(Full::placed).sum();
        BigDecimal spent = full.stream()
                .map(each -> each.planned().costPerReplicaHour().multiply(BigDecimal.valueOf(each.placed())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        if (inputs.standIn(taken, 0, placed, spent).offers().isEmpty()) {
            return new PlanOutcome.Impossible(
                    "there is none, or hardware.acceleratorClasses allows none", List.of(), Optional.empty());
        }
        PlanOutcome all = Planner.plan(inputs.standIn(taken, uncarried(inputs.demand(), full), placed, spent));
        if (all instanceof PlanOutcome.Chosen) {
            return all;
        }
        PlanOutcome some = Planner.plan(inputs.standIn(taken, 0, placed, spent));
        return some instanceof PlanOutcome.Chosen ? some : all;
    }

    private static double uncarried(double demand, List<Full> full) {
        double left = demand;
        for (Full each : full) {
            int asked = Math.max(1, each.asked());
            left -= each.planned().capacityPerReplica().orElse(left / asked) * each.placed();
        }
        return Math.max(0, left);
    }
}
