package dev.kilter.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.Examples;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.validate.Subject.Reference;
import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusTimelineTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final InferenceDeployment deployment = Examples.intent();
    private final PlanDecision.Planned planned = (PlanDecision.Planned) PlanDecision.decide(
            new PlanInputs(
                    deployment, List.of(Examples.acceleratorClass(Examples.T4)), List.of(), Optional.empty(), Set.of()),
            null,
            List.of(),
            false,
            START);

    @Test
    void itBecomesReadyAndStaysSoWhileTheObjectiveIsMissed() {
        tell(0, 0, false, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("False PodsNotReady");
        assertThat(condition("Reconciling")).isEqualTo("True RollingOut");
        assertThat(condition("TrafficAvailable")).isEqualTo("False PodsNotReady");
        assertThat(condition("ScalingActive")).isEqualTo("Unknown NoReport");

        tell(10, 1, false, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("False GatewayNotReady");

        tell(20, 1, true, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("True Serving");
        assertThat(condition("Reconciling")).isEqualTo("False Done");
        assertThat(since("Ready")).isEqualTo("2026-01-01T00:00:20Z");

        tell(60, 1, true, Optional.of(demand(0.90, true)));
        assertThat(condition("SLOMet")).isEqualTo("False Missed");
        assertThat(condition("ScalingActive")).isEqualTo("True Scaling");
        assertThat(condition("Ready")).isEqualTo("True Serving");
        assertThat(since("Ready")).isEqualTo("2026-01-01T00:00:20Z");

        tell(90, 1, true, Optional.of(demand(0.995, false)));
        assertThat(condition("SLOMet")).isEqualTo("True Met");
        assertThat(condition("ScalingActive")).isEqualTo("False MetricsMissing");
    }

    @Test
    void whatOnlyPeopleCanMendStallsIt() {
        Findings findings = new Findings(
                seen(1, true, Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Blocked("NameTaken", "Service default/intent exists")));
        deployment.setStatus(new StatusBuilder(findings, START).build());
        assertThat(condition("Stalled")).isEqualTo("True NameTaken");
        assertThat(condition("Ready")).isEqualTo("False NameTaken");
        assertThat(condition("TrafficAvailable")).isEqualTo("True Serving");
        assertThat(condition("Reconciling")).isEqualTo("False Done");
    }

    @Test
    void figuresAloneAreWrittenAtMostEvery30Seconds() {
        tell(0, 1, true, Optional.of(demand(0.995, true)));
        InferenceDeploymentStatus before = deployment.getStatus();
        InferenceDeploymentStatus moved = status(5, 1, true, Optional.of(demand(0.996, true)));
        Optional<Instant> lastWrite = Optional.of(START);
        assertThat(StatusPace.of(before, before, lastWrite, START.plusSeconds(5)))
                .isEqualTo(new StatusPace.Same());
        assertThat(StatusPace.of(before, moved, lastWrite, START.plusSeconds(5)))
                .isEqualTo(new StatusPace.Later(Duration.ofSeconds(25)));
        assertThat(StatusPace.of(before, moved, lastWrite, START.plusSeconds(30)))
                .isEqualTo(new StatusPace.Write());
        InferenceDeploymentStatus material = status(5, 0, true, Optional.of(demand(0.996, true)));
        assertThat(StatusPace.of(before, material, lastWrite, START.plusSeconds(5)))
                .isEqualTo(new StatusPace.Write());
    }

    @Test
    void historyKeepsTheLastTenOldestFirst() {
        for (int second = 0; second < 15; second++) {
            DemandSummary.Scaling scaling = new DemandSummary.Scaling(
                    START.plusSeconds(second).toEpochMilli(), "intent-1", second, second + 1, "more load");
            DemandSummary demand = demand(1, true);
            tell(
                    second,
                    1,
                    true,
                    Optional.of(new DemandSummary(
                            "intent",
                            0,
                            1,
                            1,
                            demand.p99Millis(),
                            demand.attainment(),
                            300,
                            true,
                            "",
                            List.of(scaling))));
        }
        assertThat(deployment.getStatus().history())
                .hasSize(10)
                .isSortedAccordingTo(Comparator.comparing(InferenceDeploymentStatus.Event::time));
        assertThat(deployment.getStatus().history().getLast().to()).isEqualTo("15");
    }

    private void tell(int second, int ready, boolean gateway, Optional<DemandSummary> demand) {
        deployment.setStatus(status(second, ready, gateway, demand));
    }

    private InferenceDeploymentStatus status(int second, int ready, boolean gateway, Optional<DemandSummary> demand) {
        Observation seen = seen(ready, gateway, demand);
        Rollout rollout = Rollout.decide(
                Map.of(planned.pools().getFirst().name(), 1), seen.running(), Duration.ofSeconds(30), START);
        Findings findings =
                new Findings(seen, Optional.of(planned), Optional.of(rollout), Optional.empty(), Optional.empty());
        return new StatusBuilder(findings, START.plusSeconds(second)).build();
    }

    private Observation seen(int ready, boolean gateway, Optional<DemandSummary> demand) {
        ServingPool pool = PoolResources.serving(deployment, planned.pools().getFirst(), Optional.empty(), 100);
        pool.setStatus(new ServingPoolStatus(1L, 1, ready, "", List.of(), List.of()));
        return new Observation(
                deployment,
                List.of(deployment),
                List.of(pool),
                List.of(),
                List.of(Examples.acceleratorClass(Examples.T4)),
                Set.of(),
                List.of(),
                demand,
                List.of(),
                gateway,
                Reference.FINE,
                Reference.FINE);
    }

    private static DemandSummary demand(double attainment, boolean metrics) {
        return new DemandSummary(
                "intent", 0, 100, 120, Optional.of(41.3), Optional.of(attainment), 300, metrics, "100/s", List.of());
    }

    private String condition(String type) {
        Condition found =
                Conditions.find(deployment.getStatus().conditions(), type).orElseThrow();
        return found.status() + " " + found.reason();
    }

    private String since(String type) {
        return Conditions.find(deployment.getStatus().conditions(), type)
                .orElseThrow()
                .lastTransitionTime();
    }
}
