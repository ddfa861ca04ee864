package dev.kilter.planner;

import dev.kilter.planner.Plan.Evidence;
import dev.kilter.planner.Plan.Pool;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether a new plan replaces the running one. For an unchanged specification: after a change of the specification the
 * new plan holds in any case.
 */
public sealed interface Replan {

    /** The saving below which pods are not moved, as a fraction of the running cost. */
    double LEAST_SAVING = 0.10;

    /** Why, in a sentence. */
    String reason();

    /** Nothing changes. */
    record Keep(String reason) implements Replan {}

    /**
     * The same configuration with new numbers or another operating point: pods stay.
     *
     * @param plan the new one
     */
    record Adjust(Plan plan, String reason) implements Replan {}

    /**
     * Other pools take over.
     *
     * @param plan the new one
     */
    record Switch(Plan plan, String reason) implements Replan {}

    /**
     * What runs now.
     *
     * @param plan as it was chosen
     * @param since when it took over
     * @param sloBroken whether the measured latency or error rate misses the objective and scaling cannot mend it
     */
    record Running(Plan plan, Instant since, boolean sloBroken) {}

    /**
     * Decides.
     *
     * @param fresh a plan from today's evidence and demand
     * @param requestsPerSecond the demand that the fresh plan was made for
     * @param dwell how long a plan stays at least, unless the objective is broken
     */
    static Replan decide(Running running, Plan fresh, double requestsPerSecond, Duration dwell, Instant now) {
        if (sameConfigurations(running.plan(), fresh)) {
            return fresh.equals(running.plan())
                    ? new Keep("the same plan")
                    : new Adjust(fresh, "the same configuration with newer numbers");
        }
        if (running.sloBroken()) {
            return new Switch(
                    fresh,
                    "the objective is broken: " + fresh.pools().getFirst().reason());
        }
        if (measured(running.plan()) && !measured(fresh)) {
            return new Keep("a guess does not replace what is measured");
        }
        Duration age = Duration.between(running.since(), now);
        if (age.compareTo(dwell) < 0) {
            return new Keep("another plan is better, but this one runs for " + age.toSeconds() + "s (expected: >= "
                    + dwell.toSeconds() + "s)");
        }
        if (!measured(running.plan()) && measured(fresh)) {
            return new Switch(fresh, "measured: " + fresh.pools().getFirst().reason());
        }
        BigDecimal kept = costAt(running.plan(), requestsPerSecond);
        double saving = kept.signum() == 0 ? 0 : 1 - fresh.costPerHour().doubleValue() / kept.doubleValue();
        String costs = Wording.money(fresh.costPerHour()) + "/h instead of " + Wording.money(kept) + "/h";
        return saving >= LEAST_SAVING
                ? new Switch(fresh, "saves " + Wording.percent(saving) + ": " + costs)
                : new Keep("another plan saves less than " + Wording.percent(LEAST_SAVING) + ": " + costs);
    }

    /** What the running configuration would cost if it were sized for the demand. */
    private static BigDecimal costAt(Plan plan, double requestsPerSecond) {
        Pool pool = plan.pools().getFirst();
        int replicas = pool.capacityPerReplica()
                .map(capacity -> (int) Math.max(1, Math.ceil(requestsPerSecond / capacity)))
                .orElse(pool.replicas());
        return pool.costPerReplicaHour().multiply(BigDecimal.valueOf(replicas));
    }

    private static boolean measured(Plan plan) {
        return plan.pools().stream().noneMatch(pool -> pool.evidence() == Evidence.UNMEASURED);
    }

    private static boolean sameConfigurations(Plan one, Plan other) {
        List<Pool> left = one.pools();
        List<Pool> right = other.pools();
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i).sameConfiguration(right.get(i))) {
                return false;
            }
        }
        return true;
    }
}
