package dev.kilter.planner;

import dev.kilter.core.QualityGoal;
import dev.kilter.core.Slo;
import dev.kilter.planner.PlanOutcome.Chosen;
import dev.kilter.planner.PlanOutcome.Impossible;
import dev.kilter.planner.Rejection.Constraint;
import dev.kilter.planner.Search.Verdict;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Why nothing does, what would, and what comes nearest. */
final class Shortfall {
    private Shortfall() {}

    static Impossible of(PlanRequest request, List<Verdict.Rejected> rejected) {
        List<Rejection> reasons = Rejections.of(rejected);
        // The softest constraint that something reached: all before it could be met.
        Optional<Verdict.Rejected> closest = rejected.stream()
                .max(Comparator.comparing(Verdict.Rejected::constraint)
                        .thenComparing(Verdict.Rejected::excess, Comparator.reverseOrder()));
        if (closest.isEmpty()) {
            return new Impossible(
                    "no accelerator class to plan for (expected: at least one)", reasons, Optional.empty());
        }
        Verdict.Rejected near = closest.get();
        return switch (near.constraint()) {
            case BUDGET, REPLICAS -> clipped(request, rejected, near, reasons);
            case LATENCY -> slower(request, rejected, near, reasons);
            case QUALITY -> degraded(request, near, reasons);
            case AVAILABILITY, PRECISION, MEMORY, UNMEASURED, PREFERENCE ->
                new Impossible(near.name() + ": " + near.reason(), reasons, Optional.empty());
        };
    }

    /** Fewer replicas than the demand needs: the objective holds for what they carry. */
    private static Impossible clipped(
            PlanRequest request, List<Verdict.Rejected> rejected, Verdict.Rejected near, List<Rejection> reasons) {
        Optional<Candidate> most = rejected.stream()
                .flatMap(each -> each.candidate().stream())
                .flatMap(candidate -> affordable(request, candidate))
                .max(Comparator.<Candidate>comparingDouble(c -> c.capacity() * c.replicas())
                        .thenComparing(Candidate::costPerHour, Comparator.reverseOrder())
                        .thenComparing(Candidate::order, Comparator.reverseOrder()));
        Candidate wanted = near.candidate().orElseThrow();
        String meets = near.constraint() == Constraint.BUDGET
                ? "budget.maxCostPerHour " + Wording.money(wanted.costPerHour()) + " would do"
                : "scaling.maxReplicas " + wanted.replicas() + " would do";
        String carried = most.filter(c -> c.capacity() > 0 && request.requestsPerSecond() > 0)
                .map(c -> "; " + Wording.replicas(c.replicas()) + " of " + c.name() + " carry "
                        + Wording.rate(c.capacity() * c.replicas()) + " of "
                        + Wording.rate(request.requestsPerSecond()))
                .orElse("");
        String reason = near.name() + ": " + near.reason() + carried + "; " + meets;
        return new Impossible(reason, reasons, most.map(c -> nearest(request, c, reason, reasons)));
    }

    private static Plan nearest(PlanRequest request, Candidate candidate, String reason, List<Rejection> reasons) {
        return new Plan(List.of(candidate.toPool(request.requestsPerSecond(), reason)), reasons);
    }

    private static Stream<Candidate> affordable(PlanRequest request, Candidate candidate) {
        int count = Math.min(candidate.replicas(), request.replicas().max());
        BigDecimal price = candidate.offer().costPerReplicaHour();
        if (request.maxCostPerHour().isPresent() && price.signum() > 0) {
            BigDecimal paid = request.maxCostPerHour().get().divide(price, 0, RoundingMode.DOWN);
            count = paid.min(BigDecimal.valueOf(count)).intValue();
        }
        return count < 1 ? Stream.empty() : Stream.of(candidate.withReplicas(count));
    }

    /** The objective relaxed to what the fastest configuration can hold under some load. */
    private static Impossible slower(
            PlanRequest request, List<Verdict.Rejected> rejected, Verdict.Rejected near, List<Rejection> reasons) {
        Slo slo = request.slo().orElseThrow();
        double fastest = rejected.stream()
                .flatMap(each -> each.lonelyP99().stream())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        // A lone request may meet it, and the fixed rate of a replica not.
        boolean byFixedRate = fastest <= slo.p99Seconds();
        double relaxed = Math.max(slo.p99Seconds(), byFixedRate ? 0 : 2 * fastest);
        String meets = byFixedRate
                ? "a lower scaling.requestsPerSecondPerReplica would do"
                : "a faster class or variant, or slo.latency.p99 above " + Wording.seconds(fastest) + " would do";
        String reason = near.name() + ": " + near.reason() + "; " + meets + "; until then planned for p99 "
                + Wording.seconds(relaxed);
        Slo until = new Slo(Duration.ofNanos((long) (relaxed * 1e9)), slo.maxErrorRate(), slo.window());
        return new Impossible(reason, reasons, nearestOf(Planner.plan(request.withSlo(until)), reason));
    }

    /** Answers down to the floor, for as long as nothing reaches the target. */
    private static Impossible degraded(PlanRequest request, Verdict.Rejected near, List<Rejection> reasons) {
        QualityGoal goal = request.quality().orElseThrow();
        String reason = near.name() + ": " + near.reason() + "; a better variant or a lower quality.target would do";
        if (goal.target() == goal.floor()) {
            return new Impossible(reason, reasons, Optional.empty());
        }
        QualityGoal lower = new QualityGoal(goal.floor(), goal.floor(), 0);
        return new Impossible(reason, reasons, nearestOf(Planner.plan(request.withQuality(lower)), reason));
    }

    private static Optional<Plan> nearestOf(PlanOutcome outcome, String reason) {
        Optional<Plan> plan = switch (outcome) {
            case Chosen(Plan found) -> Optional.of(found);
            case Impossible impossible -> impossible.nearest();
        };
        return plan.map(found -> found.because(reason));
    }
}
