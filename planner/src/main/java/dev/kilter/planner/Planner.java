package dev.kilter.planner;

import dev.kilter.planner.Search.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the configuration for a demand under an objective: every variant on every class is sized as the production rule
 * serves it, held against the limits, and the hardware policy picks among what is left. Pure: equal requests give equal
 * plans.
 */
public final class Planner {

    /** The share of its saturation that a replica is planned to where no latency objective tells more. */
    public static final double LOAD_WITHOUT_SLO = 0.8;

    /** How long requests wait where no objective tells: as long as the runtime lets them. */
    static final Duration PATIENCE_WITHOUT_SLO = Duration.ofSeconds(60);

    private Planner() {}

    /** Plans; never throws for what the request asks, only for what it cannot mean. */
    public static PlanOutcome plan(PlanRequest request) {
        List<Verdict> verdicts = new Search(request).verdicts();
        List<Candidate> feasible = new ArrayList<>();
        List<Candidate> unmeasured = new ArrayList<>();
        List<Verdict.Rejected> rejected = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            switch (verdict) {
                case Verdict.Feasible(Candidate candidate) -> feasible.add(candidate);
                case Verdict.Unmeasured(Candidate candidate) -> unmeasured.add(candidate);
                case Verdict.Rejected each -> rejected.add(each);
            }
        }
        Comparator<Candidate> preference = Preference.of(request);
        // Without evidence nothing can be ranked: the user's order decides, classes before variants.
        Optional<Candidate> chosen =
                feasible.stream().min(preference).or(() -> unmeasured.stream().findFirst());
        if (chosen.isEmpty()) {
            return Shortfall.of(request, rejected);
        }
        Candidate best = chosen.get();
        feasible.remove(best);
        unmeasured.remove(best);
        Plan.Pool pool = best.toPool(request.requestsPerSecond(), Preference.reason(request, best));
        return new PlanOutcome.Chosen(
                new Plan(List.of(pool), Rejections.of(request, best, rejected, unmeasured, feasible)));
    }
}
