package dev.kilter.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Instant NOW = Instant.parse("2026-03-01T03:00:00Z");
    private static final Facts.Objective OBJECTIVE = new Facts.Objective("150ms", "1%", 1, 4, false);

    /** The example of docs/explain.md. */
    @Test
    void theWorstComesFirstWithTheNextStepAndEveryNumberHasItsReason() throws IOException {
        String text = Explanation.of(busy());
        assertThat(Files.readString(Path.of("..", "docs", "explain.md"))).contains("```\n" + text + "```\n");
    }

    @Test
    void whatNobodyHasLookedAtYetSaysWhoShould() {
        assertThat(Explanation.of(facts(List.of(), Optional.empty(), List.of())))
                .startsWith("search in namespace team: nobody has looked at it yet; does the operator run, and may it"
                        + " see this namespace?\n")
                .contains("measured  nothing yet", "Plan\n  none yet", "in all\n  none");
    }

    @Test
    void whatStallsComesBeforeWhatFollowsFromItAndIsToldOnce() {
        String text = Explanation.of(facts(
                List.of(
                        condition("Ready", "False", "Refused", "Job search-x: the API server refuses it: quota"),
                        condition("Reconciling", "False", "Refused", "see Stalled"),
                        condition("Stalled", "True", "Refused", "Job search-x: the API server refuses it: quota")),
                Optional.empty(),
                List.of()));
        assertThat(text)
                .startsWith("search in namespace team: it cannot go on until somebody mends what stands below\n")
                .containsOnlyOnce("Job search-x: the API server refuses it: quota")
                .contains("! Stalled Refused, for 5 min: ", "  next: mend what the message names");
    }

    @Test
    void whatIsOnlyUnderWayIsNoTrouble() {
        String text = Explanation.of(facts(
                List.of(
                        condition("TrafficAvailable", "True", "Serving", "requests are answered"),
                        condition("Ready", "True", "Serving", "pods of the plan serve"),
                        condition("Profiled", "False", "Measuring", "0 of 2 measured"),
                        condition("ScalingActive", "True", "Scaling", ""),
                        condition("SLOMet", "Unknown", "NoTraffic", "nothing was measured"),
                        condition("Reconciling", "True", "RollingOut", "pods of the plan are not ready yet"),
                        condition("Stalled", "False", "Fine", "")),
                Optional.empty(),
                List.of()));
        assertThat(text).startsWith("search in namespace team: it serves\n").doesNotContain("!");
    }

    @Test
    void aClassThatOthersStandInForIsToldWithSinceWhenAndThatItReturns() {
        String why = "fp32 on a100 stands in for t4, full since 2026-03-01T02:55:00Z: 1 of a100 at 3.50 an hour";
        String text = Explanation.of(facts(
                List.of(
                        condition("TrafficAvailable", "True", "Serving", "requests are answered"),
                        condition("Ready", "True", "Serving", "pods of the plan serve"),
                        condition("Placed", "False", "Spilled", why),
                        condition("Stalled", "False", "Fine", "")),
                Optional.empty(),
                List.of()));
        assertThat(text)
                .startsWith("search in namespace team: it serves\n")
                .contains("! Placed Spilled, for 5 min: " + why + "\n  next: nothing: it returns by itself");
    }

    @Test
    void aPercentageIsNeverRoundedUpToAll() {
        DemandSummary demand = new DemandSummary(
                "search",
                NOW.toEpochMilli(),
                1,
                1,
                Optional.of(9.0),
                Optional.of(0.99999),
                300,
                true,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        assertThat(Explanation.of(facts(List.of(), Optional.of(demand), List.of())))
                .contains("99.99 % within the objective");
    }

    @Test
    void whatMayNotBeSeenIsSaid() {
        assertThat(Explanation.of(facts(List.of(), Optional.empty(), List.of("pods: no right to see them"))))
                .endsWith("\nnot seen: pods: no right to see them\n");
    }

    @Test
    void asJsonNothingIsLost() {
        Facts facts = busy();
        assertThat(Json.read(Json.write(facts), Facts.class)).isEqualTo(facts);
    }

    private static Facts facts(List<Condition> conditions, Optional<DemandSummary> demand, List<String> unseen) {
        return new Facts(
                "search",
                "namespace team",
                NOW.toEpochMilli(),
                OBJECTIVE,
                Optional.empty(),
                conditions,
                List.of(),
                demand,
                List.of(),
                List.of(),
                List.of(),
                unseen);
    }

    private static Facts busy() {
        return new Facts(
                "search",
                "namespace team",
                NOW.toEpochMilli(),
                OBJECTIVE,
                Optional.of(plan()),
                List.of(
                        condition("Ready", "True", "Serving", "pods of the plan serve"),
                        condition("TrafficAvailable", "True", "Serving", "requests are answered"),
                        condition("Planned", "True", "Measured", ""),
                        condition("Profiled", "True", "Complete", "2 of 2 measured"),
                        condition("ScalingActive", "True", "Scaling", ""),
                        condition("SLOMet", "False", "Missed", "misses p99 150ms; see status.slo"),
                        condition(
                                "Reconciling",
                                "True",
                                "Unschedulable",
                                "pod search-1f3a-x finds no node: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu."),
                        condition("Stalled", "False", "Fine", "nothing stands in the way")),
                List.of(new Event(
                        "2026-03-01T00:40:00Z",
                        "Plan",
                        null,
                        "search-90ab on t4",
                        "search-1f3a on t4",
                        "the specification changed")),
                Optional.of(demand()),
                List.of(new Facts.Pool("search-1f3a", "t4", 100, "int8", 16, 3, 2, false, List.of())),
                List.of(
                        new Facts.Pod("search-1f3a-a", "search-1f3a", Optional.empty(), millis(9000), 0),
                        new Facts.Pod("search-1f3a-b", "search-1f3a", Optional.empty(), millis(9000), 2),
                        new Facts.Pod(
                                "search-1f3a-x",
                                "search-1f3a",
                                Optional.of("finds no node: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu."),
                                millis(95),
                                0)),
                List.of(
                        new Facts.Told(
                                NOW.minusSeconds(90).toEpochMilli(),
                                true,
                                "Pod search-1f3a-x",
                                "FailedScheduling",
                                "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
                                4),
                        new Facts.Told(
                                NOW.minusSeconds(95).toEpochMilli(),
                                false,
                                "InferenceDeployment search",
                                "ScaledOut",
                                "told above",
                                1),
                        new Facts.Told(
                                NOW.minusSeconds(300).toEpochMilli(),
                                true,
                                "InferenceDeployment search",
                                "Missed",
                                "SLOMet is False: misses p99 150ms; see status.slo",
                                1)),
                List.of());
    }

    private static Plan plan() {
        return new Plan(
                "2026-03-01T00:40:00Z",
                3L,
                "75",
                "the specification changed",
                List.of(new Plan.Pool(
                        "search-1f3a",
                        "t4",
                        List.of("int8"),
                        "int8",
                        16,
                        3,
                        "27.5",
                        "121ms",
                        "1.05",
                        "measured",
                        "the cheapest that meets the objective",
                        null)),
                List.of(
                        new Plan.Rejected("fp32 on t4", "p99 190ms at the least, 150ms is asked for"),
                        new Plan.Rejected("int8 on a100", "costs 3.20 an hour, 1.05 is enough")));
    }

    private static DemandSummary demand() {
        return new DemandSummary(
                "search",
                NOW.minusSeconds(12).toEpochMilli(),
                58.2,
                71,
                Optional.of(187.4),
                Optional.of(0.981),
                300,
                true,
                List.of(
                        "58.2/s arrive, up to 78.4/s expected in 32 s (the highest of five minutes of the last 120 s, 99% sure)"),
                List.of(new DemandSummary.Pool(
                        "search-1f3a", 3, 2, "int8", 16, List.of("78.4/s at 100% of 27.5/s a replica as measured"))),
                List.of(new DemandSummary.Scaling(
                        NOW.minusSeconds(95).toEpochMilli(),
                        "search-1f3a",
                        2,
                        3,
                        "52/s arrive, up to 76.1/s expected in 32 s (a rise beyond the last hour, 99% sure); 76.1/s at 100% of"
                                + " 27.5/s a replica as measured")),
                Optional.empty());
    }

    private static Optional<Long> millis(int secondsAgo) {
        return Optional.of(NOW.minusSeconds(secondsAgo).toEpochMilli());
    }

    private static Condition condition(String type, String status, String reason, String message) {
        return new Condition(type, status, 3L, NOW.minus(Duration.ofMinutes(5)).toString(), reason, message);
    }
}
