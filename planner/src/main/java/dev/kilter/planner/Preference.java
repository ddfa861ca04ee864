package dev.kilter.planner;

import java.util.Comparator;
import java.util.Optional;

/** How the hardware policy orders what meets the objective, and how it says so. */
final class Preference {
    private Preference() {}

    /** Best first. Ends in a total order, so that equal requests give equal plans. */
    static Comparator<Candidate> of(PlanRequest request) {
        Comparator<Candidate> cheapest = Comparator.comparing(Candidate::costPerHour)
                .thenComparing(Candidate::quality, Comparator.reverseOrder())
                // Three figures: what differs by less is the same within what the analysis knows.
                .thenComparing(c -> Wording.threeFigures(c.capacity()), Comparator.reverseOrder())
                .thenComparingInt(Candidate::maxBatchSize)
                .thenComparingInt(Candidate::order)
                .thenComparing(Candidate::name);
        return switch (request.hardware()) {
            case CHEAPEST -> cheapest;
            case BEST_FIT ->
                Comparator.<Candidate>comparingDouble(c -> -c.utilisation(request.requestsPerSecond()))
                        .thenComparing(cheapest);
            case MOST_CAPABLE ->
                Comparator.<Candidate>comparingDouble(c -> -c.capacity()).thenComparing(cheapest);
            case FIRST_AVAILABLE -> Comparator.comparingInt(Candidate::order).thenComparing(cheapest);
        };
    }

    /** {@code cheapest that meets p99 50ms at 200/s}. */
    static String reason(PlanRequest request, Candidate chosen) {
        String policy = switch (request.hardware()) {
            case CHEAPEST -> "cheapest";
            case BEST_FIT -> "best fit";
            case MOST_CAPABLE -> "most capable";
            case FIRST_AVAILABLE -> "first available class";
        };
        double demand = request.requestsPerSecond();
        String carries = demand > 0 ? " at " + Wording.rate(demand) : ", demand not known yet";
        String what = Candidate.objective(request.slo())
                .map(p99 -> " that meets " + p99)
                .orElse(" that runs it");
        return switch (chosen.evidence()) {
            case MEASURED -> policy + what + carries;
            case FIXED_TARGET ->
                policy + what + carries + ", with a fixed " + Wording.rate(chosen.capacity()) + " a replica";
            case UNMEASURED -> "unmeasured: " + policy + " that fits, until a profile tells more";
        };
    }

    /** Why a candidate that would do is not the one: {@code 3.50/h is 3.3x the chosen 1.05/h}. */
    static String reasonAgainst(Candidate other, Candidate chosen, PlanRequest request) {
        String costs = Wording.money(other.costPerHour()) + "/h for " + Wording.replicas(other.replicas());
        int byCost = other.costPerHour().compareTo(chosen.costPerHour());
        if (byCost > 0 && chosen.costPerHour().signum() > 0) {
            double times =
                    other.costPerHour().doubleValue() / chosen.costPerHour().doubleValue();
            return costs + ", " + Wording.figures(times) + "x the chosen";
        }
        Optional<Double> p99 = other.expectedP99(request.requestsPerSecond());
        return costs + ", " + Wording.rate(other.capacity()) + " a replica"
                + p99.map(seconds -> ", p99 " + Wording.seconds(seconds)).orElse("")
                + ": ranks behind by " + request.hardware();
    }
}
