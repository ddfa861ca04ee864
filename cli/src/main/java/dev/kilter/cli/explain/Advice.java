package dev.kilter.cli.explain;

import dev.kilter.api.v1alpha1.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What to do about a condition, by its reason; {@code docs/runbook.md} has the whole of it. */
final class Advice {

    /** The conditions that can need somebody, the worst first. */
    static final List<String> ORDER = List.of(
            "Stalled",
            "TrafficAvailable",
            "Ready",
            "Reconciling",
            "SLOMet",
            "ScalingActive",
            "Planned",
            "Placed",
            "Profiled");

    /** Conditions that are bad when they are True. */
    private static final List<String> ABNORMAL = List.of("Stalled", "Reconciling");

    private static final Map<String, String> STEPS = Map.ofEntries(
            Map.entry("Invalid", "mend the specification as the message says, and apply it again"),
            Map.entry("NameTaken", "delete or rename the object that the message names; it is not Kilter's"),
            Map.entry(
                    "Refused", "mend what the message names (a field, a quota, a right); tried again every 30 seconds"),
            Map.entry("WaitingForDeletion", "wait; if it stays, look which finalizer holds the object that is named"),
            Map.entry("NoConfiguration", "loosen the constraint that the message names, or allow another class"),
            Map.entry(
                    "RolledBack",
                    "mend what the message names and apply again; or delete the ServingPool that it names to try the same"),
            Map.entry(
                    "ProgressDeadlineExceeded",
                    "mend what keeps the pods, or raise rollout.progressDeadline; it goes on by itself"),
            Map.entry("PodsNotReady", "look at the pods below; none: look at the operator's log"),
            Map.entry("GatewayNotReady", "look at Deployment kilter-gateway of the namespace and its pods"),
            Map.entry("ClassFull", "add nodes of that class, or allow another one in hardware.acceleratorClasses"),
            Map.entry("Spilled", "nothing: it returns by itself; add nodes of the full class for it to be soon"),
            Map.entry("PodsRefused", "raise the quota or mend the policy that the message names"),
            Map.entry("PodsFailing", "mend what the last words name (a file, a digest, an image), and apply again"),
            Map.entry("Unschedulable", "wait for nodes, or add some; the message is the scheduler's"),
            Map.entry("Missed", "wait until the replicas that were asked for serve; then see the decisions below"),
            Map.entry("MissedAtMaxReplicas", "raise scaling.maxReplicas or the budget, or allow a faster class"),
            Map.entry("MetricsMissing", "look at the gateway and the autoscaler; counts are held until they report"),
            Map.entry("NoReport", "look whether the autoscaler runs, and whether it may see this namespace"),
            Map.entry("Stale", "look at the autoscaler; pods and counts stay as it left them"),
            Map.entry("BestEffort", "raise the limit that the message names, or the objective"),
            Map.entry("ProfileFailed", "look at the Job that is named; delete it to measure anew at once"),
            Map.entry("DeadlineExceeded", "look at the Job that is named; delete it to measure anew at once"),
            Map.entry("ReportLost", "look at the Job that is named; delete it to measure anew at once"),
            Map.entry("ReportUnusable", "mend the runtime image of the class, or delete the Job"),
            Map.entry("Paused", "take the annotation serving.kilter.dev/paused away when it should go on"));

    private Advice() {}

    /** The next step; empty: there is nothing to do but wait. */
    static Optional<String> of(Condition condition) {
        return Optional.ofNullable(STEPS.get(condition.reason()));
    }

    /** All reasons that it has a step for. */
    static Set<String> reasons() {
        return STEPS.keySet();
    }

    /** Whether somebody should hear of it: it is not as it should be, and not just on its way. */
    static boolean isWrong(Condition condition) {
        return ORDER.contains(condition.type())
                && !isGood(condition)
                && !List.of("NoTraffic", "Measuring", "RollingOut", "Waiting").contains(condition.reason());
    }

    private static boolean isGood(Condition condition) {
        boolean good = condition.status().equals(ABNORMAL.contains(condition.type()) ? "False" : "True");
        return good && !condition.reason().equals("BestEffort");
    }
}
