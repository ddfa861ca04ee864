package dev.kilter.planner;

import java.util.Comparator;

/** How the hardware policy orders what meets the objective, and how it says so. */
final class Preference {
    private Preference() {}

    /** Best first. Ends in a total order, so that equal requests give equal plans. */
    static Comparator<Candidate> of(PlanRequest request) {
        Comparator<Candidate> cheapest = cheapest();
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

    private static Comparator<Candidate> cheapest() {
        return Comparator.comparing(Candidate::costPerHour)
                .thenComparing(Candidate::quality, Comparator.reverseOrder())
                .thenComparing(Candidate::roundedCapacity, Comparator.reverseOrder())
                .thenComparingInt(Candidate::maxBatchSize)
                .thenComparingInt(Candidate::order)
                .thenComparing(Candidate::name);
    }

    /** {@code cheapest that meets p99 50ms at 200/s}. */
    static String reason(PlanRequest request, Candidate chosen) {
        double demand = request.requestsPerSecond();
        String carries = demand > 0 ? " at " + Wording.rate(demand) : ", demand not known yet";
        String what = Candidate.objective(request.slo())
                .map(p99 -> " that meets " + p99)
                .orElse(" that runs it");
        return switch (chosen.evidence()) {
            case MEASURED -> words(request) + what + carries;
            case FIXED_TARGET ->
                (chosen.replica().isPresent() ? words(request) + what : "unmeasured: first class that fits") + carries
                        + ", with a fixed " + Wording.rate(chosen.capacity()) + " a replica";
            case UNMEASURED -> "unmeasured: first class that fits, until a profile tells more";
        };
    }

    /** Why a candidate that would do is not the one: {@code 3.50/h for 1 replica, 3.3x the chosen}. */
    static String reasonAgainst(Candidate other, Candidate chosen, PlanRequest request) {
        String costs = Wording.money(other.costPerHour()) + "/h for " + Wording.replicas(other.replicas());
        int byCost = other.costPerHour().compareTo(chosen.costPerHour());
        if (byCost > 0 && chosen.costPerHour().signum() > 0) {
            double times =
                    other.costPerHour().doubleValue() / chosen.costPerHour().doubleValue();
            return costs + ", " + Wording.figures(times) + "x the chosen";
        }
        if (byCost == 0 && other.quality() < chosen.quality()) {
            return costs + ", as the chosen; quality " + Wording.percent(other.quality()) + " < "
                    + Wording.percent(chosen.quality());
        }
        return costs + ", " + Wording.rate(other.capacity()) + " a replica; not the " + words(request);
    }

    private static String words(PlanRequest request) {
        return switch (request.hardware()) {
            case CHEAPEST -> "cheapest";
            case BEST_FIT -> "best fit";
            case MOST_CAPABLE -> "most capable";
            case FIRST_AVAILABLE -> "first available class";
        };
    }
}
