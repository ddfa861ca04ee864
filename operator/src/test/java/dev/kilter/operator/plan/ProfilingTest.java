package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.operator.Examples;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.ProfileJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProfilingTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProfileRun.Running RUNNING = new ProfileRun.Running(START.plusSeconds(90));
    private static final PlanInputs INPUTS = new PlanInputs(
            Examples.deployment(Examples.INTENT.replace("quality: {target: 92%}", "budget: {maxCostPerHour: \"9\"}")),
            List.of(Examples.acceleratorClass(Examples.T4)),
            List.of(),
            Optional.empty(),
            Set.of(),
            Examples.RUNTIME_IMAGE);
    private static final String MEASUREMENT = measurement(INPUTS.deployment());
    private static final String OWN = INPUTS.deployment().getMetadata().getUid();

    @Test
    void whatFailsIsTriedAgainLaterEachTimeAndGivenUpInTheEnd() {
        assertThat(decide(START).start().orElseThrow().attempt()).isEqualTo(1);
        assertThat(decide(START.plusSeconds(599), failed(1, true)).start()).isEmpty();
        assertThat(decide(START.plusSeconds(599), failed(1, true)).wakeAfter()).contains(Duration.ofSeconds(1));
        assertThat(decide(START.plusSeconds(600), failed(1, true))
                        .start()
                        .orElseThrow()
                        .attempt())
                .isEqualTo(2);
        Profiling last = decide(START.plusSeconds(1_000_000), failed(Profiling.MOST_ATTEMPTS, true));
        assertThat(last.start()).isEmpty();
        assertThat(last.wakeAfter()).isEmpty();
        assertThat(last.failure()).isPresent();
    }

    @Test
    void whatWouldEndTheSameIsNotTriedAgain() {
        Profiling profiling = decide(START.plusSeconds(1_000_000), failed(1, false));
        assertThat(profiling.start()).isEmpty();
        assertThat(profiling.failure()).isPresent();
    }

    @Test
    void anotherWayBeginsAnewAtOnce() {
        Profiling profiling =
                decide(START.plusSeconds(1), run("profile-0a0b0c0d", OWN, Profiling.MOST_ATTEMPTS, failed(true)));
        assertThat(profiling.start().orElseThrow().attempt()).isEqualTo(1);
        assertThat(profiling.failure()).isEmpty();
    }

    @Test
    void oneThatRunsIsLookedAtAgainWhenItIsOverdue() {
        for (String owner : List.of(OWN, "u-other")) {
            Profiling profiling = decide(START, run(MEASUREMENT, owner, 1, RUNNING));
            assertThat(profiling.start()).isEmpty();
            assertThat(profiling.wakeAfter()).contains(Duration.ofSeconds(90));
        }
    }

    @Test
    void whatSomebodyElseMeasuresInTheSameWayIsWaitedForAndTriedAgainByWhoeverIsFirst() {
        ProfileRun done = run(MEASUREMENT, "u-other", 1, new ProfileRun.Succeeded("the report", "", START));
        assertThat(decide(START, done).start()).isEmpty();
        assertThat(decide(START, done).wakeAfter()).contains(Duration.ofSeconds(1));

        ProfileRun failed = run(MEASUREMENT, "u-other", 2, failed(true));
        assertThat(decide(START, failed).start()).isEmpty();
        assertThat(decide(START, failed).failure()).contains(failed);
        assertThat(decide(START.plusSeconds(1200), failed).start().orElseThrow().attempt())
                .isEqualTo(3);
    }

    @Test
    void whatSomebodyElseMeasuresInAnotherWayKeepsNobodyWaiting() {
        ProfileRun apart = run("profile-0a0b0c0d", "u-other", 1, RUNNING);
        assertThat(decide(START, apart).start().orElseThrow().attempt()).isEqualTo(1);
        assertThat(decide(START, apart).wakeAfter()).isEmpty();
        // One at a time of one's own.
        assertThat(decide(START, run("profile-0a0b0c0d", OWN, 1, RUNNING)).start())
                .isEmpty();
    }

    @Test
    void aMeasurementIsTheSameWhoeverAsksForIt() {
        String other = Examples.INTENT
                .replace("name: intent, namespace: default, uid: u-intent", "name: other, namespace: default")
                .replace("p99: 50ms", "p99: 90ms")
                .replace("93.1%", "97.3%")
                .replace("maxReplicas: 20", "maxReplicas: 3");
        assertThat(measurement(Examples.deployment(other))).isEqualTo(MEASUREMENT);
        // What may make it end otherwise counts.
        for (String more : List.of(
                "pod: {nodeSelector: {zone: a}}",
                "batching: {maxBatchSize: 64}",
                "serviceAccountName: reader",
                "pod: {resources: {requests: {cpu: 1}}}")) {
            assertThat(measurement(Examples.deployment(Examples.INTENT + "  " + more)))
                    .as(more)
                    .isNotEqualTo(MEASUREMENT);
        }
    }

    private static String measurement(InferenceDeployment deployment) {
        return ProfileJobs.measurement(
                DesiredPool.profiled(
                        deployment.getSpec(),
                        INPUTS.classes().getFirst(),
                        deployment.getSpec().model().variants().getFirst()),
                Examples.RUNTIME_IMAGE);
    }

    private static Profiling decide(Instant now, ProfileRun... runs) {
        return Profiling.decide(INPUTS, null, true, List.of(runs), now);
    }

    private static ProfileRun.Failed failed(boolean again) {
        return new ProfileRun.Failed("ProfileFailed", "no such file", START, again);
    }

    private static ProfileRun failed(int attempt, boolean again) {
        return run(MEASUREMENT, OWN, attempt, failed(again));
    }

    private static ProfileRun run(String measurement, String owner, int attempt, ProfileRun.State state) {
        return new ProfileRun(
                ProfileJobs.name(measurement, attempt),
                owner,
                "t4",
                Hashes.of("https://models.example/intent/fp32.onnx"),
                "TensorRT",
                new ProfileSetup(Examples.RUNTIME_IMAGE, new TreeMap<>(), 1, 2),
                attempt,
                state);
    }
}
