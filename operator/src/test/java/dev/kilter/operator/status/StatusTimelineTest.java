package dev.kilter.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.Examples;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.observe.PoolPods;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.RolloutRules;
import dev.kilter.operator.plan.Standing;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.validate.Subject.Reference;
import dev.kilter.protocol.DemandSummary;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
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

    private List<Condition> poolConditions = List.of();
    private final InferenceDeployment deployment = Examples.intent();
    private final PlanDecision.Planned planned = (PlanDecision.Planned) PlanDecision.decide(
            new PlanInputs(
                    deployment,
                    List.of(Examples.acceleratorClass(Examples.T4)),
                    List.of(),
                    Optional.empty(),
                    Set.of(),
                    Examples.RUNTIME_IMAGE),
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
        blocked(new Blocked("NameTaken", "Service default/intent exists"));
        assertThat(condition("Stalled")).isEqualTo("True NameTaken");
        assertThat(condition("Ready")).isEqualTo("False NameTaken");
        assertThat(condition("TrafficAvailable")).isEqualTo("True Serving");
        assertThat(condition("Reconciling")).isEqualTo("False NameTaken");
    }

    @Test
    void anAutoscalerThatNoLongerReportsIsToldAndNoOldFigureStands() {
        tell(179, 1, true, Optional.of(demand(0.90, true)));
        assertThat(condition("ScalingActive")).isEqualTo("True Scaling");
        assertThat(condition("SLOMet")).isEqualTo("False Missed");
        assertThat(deployment.getStatus().slo()).isNotNull();

        tell(180, 1, true, Optional.of(demand(0.90, true)));
        assertThat(condition("ScalingActive")).isEqualTo("Unknown Stale");
        assertThat(message("ScalingActive"))
                .isEqualTo("the autoscaler has last reported at 2026-01-01T00:00:00Z; the counts stay as it left them");
        assertThat(condition("SLOMet")).isEqualTo("Unknown Stale");
        assertThat(deployment.getStatus().slo()).isNull();
        assertThat(condition("Ready")).isEqualTo("True Serving");
        // What a plan should carry is held.
        Observation seen = seen(180, 1, true, Optional.of(demand(0.90, true)));
        assertThat(seen.planInputs(Examples.RUNTIME_IMAGE).demand()).isEqualTo(120);
        assertThat(seen.sloBroken()).isFalse();
        assertThat(seen.untilStale()).isEmpty();
    }

    @Test
    void aClassWithoutRoomIsToldOnceItsProvisioningTimeoutIsOver() {
        poolConditions = List.of(new Condition(
                "Scheduled",
                "False",
                1L,
                START.toString(),
                "Unschedulable",
                "pod intent-x finds no node: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu."));
        tell(299, 0, true, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("False PodsNotReady");
        assertThat(seen(299, 0, true, Optional.empty()).provisioning().wakeAfter())
                .contains(Duration.ofSeconds(1));

        tell(300, 0, true, Optional.empty());
        String full =
                "class t4 is full: for more than 5m, its provisioningTimeout, pod intent-x finds no node: 0/2 nodes"
                        + " are available: 2 Insufficient nvidia.com/gpu.";
        assertThat(condition("Ready")).isEqualTo("False ClassFull");
        assertThat(condition("Reconciling")).isEqualTo("True ClassFull");
        assertThat(condition("Placed")).isEqualTo("True AsPlanned");
        assertThat(message("Reconciling")).isEqualTo(full);
        assertThat(deployment.getStatus().plan().pools().getFirst().shortfall()).isEqualTo(full);

        poolConditions = List.of();
        tell(310, 1, true, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("True Serving");
        assertThat(condition("Reconciling")).isEqualTo("False Done");
        assertThat(deployment.getStatus().plan().pools().getFirst().shortfall()).isNull();
    }

    @Test
    void whatKeepsSomePodsFromServingIsToldWhileOthersServe() {
        poolConditions = List.of(new Condition(
                "Reconciling",
                "True",
                1L,
                START.toString(),
                "PodsFailing",
                "1 of 2 pods ready; pod intent-x: the file's digest is another"));
        tell(0, 1, true, Optional.empty());
        assertThat(condition("Ready")).isEqualTo("True Serving");
        assertThat(condition("Reconciling")).isEqualTo("True PodsFailing");
        assertThat(message("Reconciling")).contains("the file's digest is another");
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
    void aPoolsFirstStatusWaitsForNewsOfItsPodsButNotForLong() {
        ServingPool pool = seen(0, 0, true, Optional.empty()).pools().getFirst();
        pool.setStatus(null);
        pool.getMetadata().setCreationTimestamp(START.toString());
        ServingPoolStatus starts = poolStatus(pool, 0, Optional.empty(), 10);
        assertThat(StatusPace.of(pool, starts, START.plusSeconds(10)))
                .isEqualTo(new StatusPace.Later(Duration.ofSeconds(110)));
        assertThat(StatusPace.of(pool, starts, START.plusSeconds(120))).isEqualTo(new StatusPace.Write());
        assertThat(PoolStatus.unready(pool, START.plusSeconds(10))).contains(new Rollout.Unready(START, false));
        // However much later it is told, it has been so since then.
        assertThat(starts.conditions())
                .extracting(Condition::lastTransitionTime)
                .containsOnly(START.toString());

        ServingPoolStatus ready = poolStatus(pool, 1, Optional.empty(), 10);
        assertThat(StatusPace.of(pool, ready, START.plusSeconds(10))).isEqualTo(new StatusPace.Write());
        ServingPoolStatus stalled = poolStatus(pool, 0, Optional.of(new Blocked("Refused", "a quota")), 10);
        assertThat(StatusPace.of(pool, stalled, START.plusSeconds(10))).isEqualTo(new StatusPace.Write());

        pool.setStatus(starts);
        assertThat(StatusPace.of(pool, starts, START.plusSeconds(40))).isEqualTo(new StatusPace.Same());
        pool.setStatus(ready);
        ServingPoolStatus lost = poolStatus(pool, 0, Optional.empty(), 41);
        assertThat(StatusPace.of(pool, lost, START.plusSeconds(41))).isEqualTo(new StatusPace.Write());
    }

    private static ServingPoolStatus poolStatus(ServingPool pool, int ready, Optional<Blocked> blocked, int second) {
        Deployment deployment = new DeploymentBuilder()
                .withNewStatus()
                .withReplicas(1)
                .withReadyReplicas(ready)
                .endStatus()
                .build();
        return PoolStatus.of(
                pool,
                Optional.of(deployment),
                new PoolPods(1, Optional.empty(), Optional.empty(), Optional.empty()),
                "",
                blocked,
                START.plusSeconds(second));
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
                            START.toEpochMilli(),
                            1,
                            1,
                            demand.p99Millis(),
                            demand.attainment(),
                            300,
                            true,
                            List.of(),
                            List.of(),
                            List.of(scaling),
                            Optional.empty())));
        }
        assertThat(deployment.getStatus().history())
                .hasSize(10)
                .isSortedAccordingTo(Comparator.comparing(InferenceDeploymentStatus.Event::time));
        assertThat(deployment.getStatus().history().getLast().to()).isEqualTo("15");
    }

    @Test
    void gitOpsToolsUnderstandEveryState() {
        // As the API server fills it in for what nobody has looked at.
        deployment.setStatus(new InferenceDeploymentStatus(-1L, null, null, null, null, null, null, null));
        assertUnderstood(Kstatus.IN_PROGRESS, "Progressing");
        tell(0, 0, false, Optional.empty());
        assertUnderstood(Kstatus.IN_PROGRESS, "Progressing");
        tell(10, 1, false, Optional.empty());
        assertUnderstood(Kstatus.IN_PROGRESS, "Progressing");
        tell(20, 1, true, Optional.empty());
        assertUnderstood(Kstatus.CURRENT, "Healthy");
        tell(60, 1, true, Optional.of(demand(0.90, true)));
        assertUnderstood(Kstatus.CURRENT, "Healthy");
        tell(90, 1, true, Optional.of(demand(0.995, false)));
        assertUnderstood(Kstatus.CURRENT, "Healthy");
        tell(400, 1, true, Optional.of(demand(0.90, true)));
        assertUnderstood(Kstatus.CURRENT, "Healthy");

        poolConditions =
                List.of(new Condition("Reconciling", "True", 1L, START.toString(), "PodsFailing", "1 of 2 pods ready"));
        tell(410, 1, true, Optional.empty());
        assertUnderstood(Kstatus.IN_PROGRESS, "Progressing");
        poolConditions = List.of();
        blocked(new Blocked("NameTaken", "Service default/intent exists"));
        assertUnderstood(Kstatus.FAILED, "Degraded");

        deployment.getMetadata().setAnnotations(Map.of(Labels.PAUSED, "true"));
        deployment.setStatus(new StatusBuilder(new Findings(
                        seen(420, 1, true, Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .build());
        assertUnderstood(Kstatus.CURRENT, "Suspended");

        deployment.getMetadata().setAnnotations(Map.of());
        tell(430, 1, true, Optional.empty());
        deployment.getMetadata().setGeneration(2L);
        assertUnderstood(Kstatus.IN_PROGRESS, "Progressing");
        deployment.getMetadata().setDeletionTimestamp(START.toString());
        assertThat(Kstatus.of(deployment)).isEqualTo(Kstatus.TERMINATING);
    }

    private void assertUnderstood(Kstatus kstatus, String argo) {
        assertThat(Kstatus.of(deployment)).isEqualTo(kstatus);
        assertThat(ArgoHealth.of(deployment)).isEqualTo(argo);
    }

    private void blocked(Blocked by) {
        deployment.setStatus(new StatusBuilder(new Findings(
                        seen(0, 1, true, Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(by)))
                .build());
    }

    private void tell(int second, int ready, boolean gateway, Optional<DemandSummary> demand) {
        deployment.setStatus(status(second, ready, gateway, demand));
    }

    private InferenceDeploymentStatus status(int second, int ready, boolean gateway, Optional<DemandSummary> demand) {
        Observation seen = seen(second, ready, gateway, demand);
        Rollout rollout = Rollout.decide(
                new Rollout.Situation(
                        planned.pools().getFirst().revision(),
                        Map.of(planned.pools().getFirst().name(), 1),
                        seen.running(),
                        RolloutRules.of(deployment.getSpec()),
                        Optional.empty(),
                        Duration.ofSeconds(30)),
                START);
        Findings findings =
                new Findings(seen, Optional.of(planned), Optional.of(rollout), Optional.empty(), Optional.empty());
        return new StatusBuilder(findings).build();
    }

    private Observation seen(int second, int ready, boolean gateway, Optional<DemandSummary> demand) {
        ServingPool pool = PoolResources.serving(
                deployment,
                planned.pools().getFirst(),
                Optional.empty(),
                new Rollout.Target(Rollout.FULL, new Standing.Established()));
        pool.setStatus(new ServingPoolStatus(1L, 1, 1, ready, "", List.of(), poolConditions));
        return new Observation(
                START.plusSeconds(second),
                deployment,
                List.of(pool),
                List.of(),
                List.of(Examples.acceleratorClass(Examples.T4)),
                Set.of(),
                List.of(),
                demand,
                List.of(),
                gateway,
                Reference.FINE);
    }

    private static DemandSummary demand(double attainment, boolean metrics) {
        return new DemandSummary(
                "intent",
                START.toEpochMilli(),
                100,
                120,
                Optional.of(41.3),
                Optional.of(attainment),
                300,
                metrics,
                List.of("100/s"),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private String condition(String type) {
        Condition found =
                Conditions.find(deployment.getStatus().conditions(), type).orElseThrow();
        return found.status() + " " + found.reason();
    }

    private String message(String type) {
        return Conditions.find(deployment.getStatus().conditions(), type)
                .orElseThrow()
                .message();
    }

    private String since(String type) {
        return Conditions.find(deployment.getStatus().conditions(), type)
                .orElseThrow()
                .lastTransitionTime();
    }
}
