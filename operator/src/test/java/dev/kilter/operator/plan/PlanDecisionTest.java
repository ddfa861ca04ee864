package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.Examples;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.plan.PlanDecision.Planned;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanDecisionTest {

    private static final Rollout.Target FULL = new Rollout.Target(Rollout.FULL, new Standing.Established());

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String FP32 = Hashes.of("https://models.example/intent/fp32.onnx");
    private static final String INT8 = Hashes.of("https://models.example/intent/int8.onnx");
    private static final ModelProfile SLOW = Examples.profile(FP32, "t4", "TensorRT", "8ms", "40ms");
    private static final ModelProfile QUICK = Examples.profile(INT8, "t4", "TensorRT", "3ms", "10ms");

    @Test
    void withoutEvidenceItIsServedOnTheFirstClassThatFits() {
        Planned planned = decide(inputs(Examples.intent(), List.of()), null, List.of(), START);
        assertThat(planned.plan().pools().getFirst().evidence()).isEqualTo("unmeasured");
        assertThat(planned.plan().pools().getFirst().acceleratorClass()).isEqualTo("t4");
        assertThat(planned.change()).isPresent();
        assertThat(planned.pools().getFirst().name()).matches("intent-[0-9a-f]{8}");
    }

    @Test
    void anUnchangedWorldKeepsThePools() {
        PlanInputs inputs = inputs(Examples.intent(), List.of(SLOW, QUICK));
        Planned first = decide(inputs, null, List.of(), START);
        Planned second = decide(inputs, first.plan(), pools(first), START.plusSeconds(3600));
        Planned third = decide(inputs, second.plan(), pools(second), START.plusSeconds(7200));
        assertThat(second.change()).isEmpty();
        assertThat(names(second)).isEqualTo(names(first));
        assertThat(third.plan()).isEqualTo(second.plan());
        assertThat(third.plan().plannedAt()).isEqualTo(first.plan().plannedAt());
    }

    @Test
    void evidenceReplacesAGuessAtOnce() {
        Planned guess = decide(inputs(Examples.intent(), List.of()), null, List.of(), START);
        Planned proved = decide(
                inputs(Examples.intent(), List.of(SLOW, QUICK)), guess.plan(), pools(guess), START.plusSeconds(5));
        assertThat(proved.plan().pools().getFirst().evidence()).isEqualTo("measured");
    }

    @Test
    void aChangeOfSpecMakesAnotherPoolButAChangeOfLimitsDoesNot() {
        Planned first = decide(inputs(Examples.intent(), List.of()), null, List.of(), START);
        InferenceDeployment more = Examples.deployment(Examples.INTENT.replace("maxReplicas: 20", "maxReplicas: 30"));
        assertThat(names(decide(inputs(more, List.of()), first.plan(), pools(first), START)))
                .isEqualTo(names(first));
        InferenceDeployment faster = Examples.deployment(Examples.INTENT.replace("p99: 50ms", "p99: 40ms"));
        Planned changed = decide(inputs(faster, List.of()), first.plan(), pools(first), START);
        assertThat(names(changed)).isNotEqualTo(names(first));
        assertThat(changed.change()).contains("the specification changed");
    }

    @Test
    void aChangedSpecificationIsPlannedForWithoutDwellTimeAndLeastSaving() {
        List<ModelProfile> profiles = List.of(SLOW, QUICK, Examples.profile(INT8, "cpu", "CPU", "4ms", "60ms"));
        String cheapest = Examples.INTENT.replace("p99: 50ms", "p99: 200ms");
        Planned first = decide(
                inputs(Examples.deployment(cheapest), profiles, Examples.RUNTIME_IMAGE, Examples.T4, Examples.CPU),
                null,
                List.of(),
                START);
        assertThat(first.plan().pools().getFirst().acceleratorClass()).isEqualTo("cpu");
        assertThat(first.plan().observedGeneration()).isEqualTo(1);
        InferenceDeployment capable = Examples.deployment(cheapest.replace("generation: 1", "generation: 2")
                .replace("  workload:", "  hardware: {policy: MostCapable}\n  workload:"));
        PlanInputs inputs = inputs(capable, profiles, Examples.RUNTIME_IMAGE, Examples.T4, Examples.CPU);
        Planned changed = decide(inputs, first.plan(), pools(first), START.plusSeconds(5));
        assertThat(changed.plan().pools().getFirst().acceleratorClass()).isEqualTo("t4");
        assertThat(changed.change()).contains("the specification changed");
        assertThat(changed.plan().observedGeneration()).isEqualTo(2);
        Planned rest = decide(inputs, changed.plan(), pools(changed), START.plusSeconds(10));
        assertThat(rest.change()).isEmpty();
        assertThat(rest.plan()).isEqualTo(changed.plan());
    }

    @Test
    void aChangedSpecificationThatMeansTheSamePlanMovesNothing() {
        PlanInputs inputs = inputs(Examples.intent(), List.of(SLOW, QUICK));
        Planned first = decide(inputs, null, List.of(), START);
        InferenceDeployment more = Examples.deployment(Examples.INTENT
                .replace("generation: 1", "generation: 2")
                .replace("maxReplicas: 20", "maxReplicas: 30"));
        Planned again = decide(inputs(more, List.of(SLOW, QUICK)), first.plan(), pools(first), START.plusSeconds(5));
        assertThat(names(again)).isEqualTo(names(first));
        assertThat(again.change()).isEmpty();
        assertThat(again.plan().observedGeneration()).isEqualTo(2);
        assertThat(again.plan().plannedAt()).isEqualTo(first.plan().plannedAt());
    }

    @Test
    void whatWasMeasuredWithOtherResourcesIsUnmeasuredAndThePlanSaysSo() {
        ModelProfile small = Examples.profile(FP32, "t4", "TensorRT", "8ms", "40ms", "threads: 1");
        Planned planned = decide(inputs(Examples.intent(), List.of(small)), null, List.of(), START);
        assertThat(planned.plan().pools().getFirst().evidence()).isEqualTo("unmeasured");
        assertThat(planned.plan().pools().getFirst().reason())
                .isEqualTo("unmeasured: the profile " + FP32 + "-t4 is of threads 1 (not 2)");
        assertThat(planned.plan().pools().getFirst().capacityPerReplica()).isNull();
    }

    @Test
    void aRunningPlanMeasuredWithAnotherImageIsToldUnmeasuredButGivesWayToNoGuess() {
        String image = "kilter/kilter-serving-runtime:2";
        List<ModelProfile> profiles = List.of(SLOW, QUICK);
        Planned first = decide(
                inputs(Examples.intent(), profiles, Examples.RUNTIME_IMAGE, Examples.T4), null, List.of(), START);
        Planned upgraded = decide(
                inputs(Examples.intent(), profiles, image, Examples.CPU, Examples.T4),
                first.plan(),
                pools(first),
                START.plusSeconds(86_400));
        assertThat(names(upgraded)).isEqualTo(names(first));
        assertThat(upgraded.change()).isEmpty();
        assertThat(upgraded.plan().pools().getFirst().evidence()).isEqualTo("unmeasured");
        assertThat(upgraded.plan().pools().getFirst().reason())
                .contains("is of image kilter/kilter-serving-runtime:1 (not " + image + ")");
        assertThat(upgraded.plan().pools().getFirst().capacityPerReplica())
                .isEqualTo(first.plan().pools().getFirst().capacityPerReplica());
        Planned again = decide(
                inputs(Examples.intent(), profiles, image, Examples.CPU, Examples.T4),
                upgraded.plan(),
                pools(first),
                START.plusSeconds(90_000));
        assertThat(again.plan()).isEqualTo(upgraded.plan());
    }

    @Test
    void whatCannotBeHadIsTold() {
        InferenceDeployment impatient = Examples.deployment(Examples.INTENT.replace("p99: 50ms", "p99: 2ms"));
        Planned planned = decide(inputs(impatient, List.of(SLOW, QUICK)), null, List.of(), START);
        assertThat(planned.shortfall()).isPresent();
    }

    @Test
    void aClassWithoutNodesIsNotPlannedOn() {
        PlanInputs nowhere = new PlanInputs(
                Examples.intent(),
                List.of(Examples.acceleratorClass(Examples.T4)),
                List.of(),
                Optional.empty(),
                Set.of("t4"),
                Examples.RUNTIME_IMAGE);
        assertThat(PlanDecision.decide(nowhere, null, List.of(), false, START))
                .isInstanceOfSatisfying(
                        PlanDecision.Unplannable.class,
                        unplannable -> assertThat(unplannable.reason()).contains("no node of class t4"));
    }

    @Test
    void aRunningPlanWhoseClassLostItsNodesGivesWay() {
        InferenceDeployment anywhere = Examples.intent();
        Planned first = decide(inputs(anywhere, List.of(SLOW, QUICK)), null, List.of(), START);
        assertThat(first.plan().pools().getFirst().acceleratorClass()).isEqualTo("t4");
        PlanInputs without = new PlanInputs(
                anywhere,
                List.of(Examples.acceleratorClass(Examples.T4), Examples.acceleratorClass(Examples.CPU)),
                List.of(SLOW, QUICK),
                Optional.empty(),
                Set.of("t4"),
                Examples.RUNTIME_IMAGE);
        Planned moved = decide(without, first.plan(), pools(first), START.plusSeconds(5));
        assertThat(moved.plan().pools().getFirst().acceleratorClass()).isEqualTo("cpu");
    }

    @Test
    void aRunningVariantBelowTheQualityTargetGivesWay() {
        List<ModelProfile> profiles = List.of(SLOW, QUICK);
        String busy = Examples.INTENT.replace("requestsPerSecond: 200", "requestsPerSecond: 4000");
        Planned first = decide(inputs(Examples.deployment(busy), profiles), null, List.of(), START);
        assertThat(first.plan().pools().getFirst().activeVariant()).isEqualTo("int8");
        InferenceDeployment better = Examples.deployment(busy.replace("target: 92%", "target: 93%"));
        Planned changed = decide(inputs(better, profiles), first.plan(), pools(first), START.plusSeconds(5));
        assertThat(changed.plan().pools().getFirst().activeVariant()).isEqualTo("fp32");
    }

    @Test
    void aPlanWhosePoolsCannotBeMadeYetIsNoNews() {
        PlanInputs inputs = inputs(Examples.intent(), List.of(SLOW, QUICK));
        Planned first = decide(inputs, null, List.of(), START);
        Planned again = decide(inputs, first.plan(), List.of(), START.plusSeconds(30));
        assertThat(again.plan()).isEqualTo(first.plan());
        assertThat(again.change()).isEmpty();
    }

    @Test
    void anUnmeasuredPoolStartsWithAsManyReplicasAsCarryTheTraffic() {
        InferenceDeployment deployment = Examples.intent();
        DesiredPool guess = decide(inputs(deployment, List.of()), null, List.of(), START)
                .pools()
                .getFirst();
        assertThat(initialReplicas(deployment, guess)).isEqualTo(1);
        assertThat(initialReplicas(deployment, guess, running("old", 100, 7), running("older", 0, 5)))
                .isEqualTo(7);
        assertThat(initialReplicas(deployment, guess, running("old", 100, 15), running("older", 100, 15)))
                .isEqualTo(20);
        assertThat(initialReplicas(deployment, guess, running(guess.name(), 100, 7)))
                .isEqualTo(1);
        DesiredPool measured = decide(inputs(deployment, List.of(SLOW, QUICK)), null, List.of(), START)
                .pools()
                .getFirst();
        assertThat(initialReplicas(deployment, measured, running("old", 100, 19)))
                .isEqualTo(measured.planned().replicas());
    }

    private static int initialReplicas(
            InferenceDeployment deployment, DesiredPool desired, Rollout.Running... running) {
        return PoolResources.initialReplicas(deployment, desired, List.of(running));
    }

    private static Rollout.Running running(String name, int share, int replicas) {
        return new Rollout.Running(
                name, "r", share, replicas, replicas, new Standing.Established(), Optional.empty(), Optional.empty());
    }

    private static PlanInputs inputs(InferenceDeployment deployment, List<ModelProfile> profiles) {
        return inputs(deployment, profiles, Examples.RUNTIME_IMAGE, Examples.T4);
    }

    private static PlanInputs inputs(
            InferenceDeployment deployment, List<ModelProfile> profiles, String image, String... classes) {
        return new PlanInputs(
                deployment,
                Stream.of(classes).map(Examples::acceleratorClass).toList(),
                profiles,
                Optional.empty(),
                Set.of(),
                image);
    }

    private static Planned decide(
            PlanInputs inputs, dev.kilter.api.v1alpha1.Plan status, List<ServingPool> pools, Instant now) {
        return (Planned) PlanDecision.decide(inputs, status, pools, false, now);
    }

    private static List<ServingPool> pools(Planned planned) {
        return planned.pools().stream()
                .map(pool -> PoolResources.serving(Examples.intent(), pool, Optional.empty(), FULL))
                .toList();
    }

    private static List<String> names(Planned planned) {
        return planned.pools().stream().map(DesiredPool::name).toList();
    }
}
