package dev.kilter.planner;

import dev.kilter.planner.Rejection.Constraint;
import dev.kilter.planner.Search.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The best rejected configuration per binding constraint and class, hard limits first. */
final class Rejections {
    private Rejections() {}

    /** What stands beside a chosen plan. */
    static List<Rejection> of(
            PlanRequest request,
            Candidate chosen,
            List<Verdict.Rejected> rejected,
            List<Candidate> unmeasured,
            List<Candidate> alsoFeasible) {
        List<Rejection> all = new ArrayList<>(best(rejected));
        Set<String> classes = new HashSet<>();
        for (Candidate candidate : unmeasured) {
            if (classes.add(candidate.offer().acceleratorClass())) {
                all.add(new Rejection(candidate.name(), Constraint.UNMEASURED, priceAlone(candidate, chosen)));
            }
        }
        classes.clear();
        alsoFeasible.stream().sorted(Preference.of(request)).forEach(candidate -> {
            if (classes.add(candidate.offer().acceleratorClass())) {
                String reason = Preference.reasonAgainst(candidate, chosen, request);
                all.add(new Rejection(candidate.name(), Constraint.PREFERENCE, reason));
            }
        });
        return limited(all);
    }

    /** What stands where nothing was chosen. */
    static List<Rejection> of(List<Verdict.Rejected> rejected) {
        return limited(best(rejected));
    }

    private static List<Rejection> best(List<Verdict.Rejected> rejected) {
        Set<String> seen = new HashSet<>();
        return rejected.stream()
                .sorted(Comparator.comparing(Verdict.Rejected::constraint)
                        .thenComparingDouble(Verdict.Rejected::excess)
                        .thenComparing(Verdict.Rejected::name))
                .filter(each -> seen.add(each.constraint() + " " + each.acceleratorClass()))
                .map(each -> new Rejection(each.name(), each.constraint(), each.reason()))
                .toList();
    }

    private static String priceAlone(Candidate candidate, Candidate chosen) {
        double price = candidate.offer().costPerReplicaHour().doubleValue();
        double paid = chosen.costPerHour().doubleValue();
        return paid > 0 && price > paid
                ? "unmeasured; its price alone is " + Wording.figures(price / paid) + "x"
                : "unmeasured; a profile would tell";
    }

    private static List<Rejection> limited(List<Rejection> all) {
        return all.stream().limit(Plan.MAX_REJECTIONS).toList();
    }
}
