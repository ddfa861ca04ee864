package dev.kilter.cli.spill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.build.Hashes;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Operator and autoscaler as they are, on a cluster that is played: at 600/s the plan wants four replicas on t4; one on
 * a100 carries more than all of them.
 */
class SpillInVirtualTimeTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final int TIMEOUT = 300;
    private static final int RATE = 600;

    @Test
    void aClassThatBecomesFullSpillsAndReturnsWhenItHasKeptItsRoom() {
        PlayedCluster cluster = cluster(4, second -> second < 600 || second >= 3000 ? 8 : 1, second -> 8)
                .until(600);
        int wanted = cluster.replicas("t4");
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.condition("Placed").status()).isEqualTo("True");
        assertThat(wanted).isGreaterThan(2);

        cluster.until(600 + TIMEOUT - 5);
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.condition("Reconciling").reason()).isEqualTo("Unschedulable");

        cluster.until(600 + TIMEOUT + 30);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        assertThat(cluster.replicas("t4")).isEqualTo(2);
        assertThat(cluster.ready("a100")).isEqualTo(1);
        assertThat(cluster.condition("Placed").reason()).isEqualTo("Spilled");
        assertThat(cluster.condition("Placed").message())
                .startsWith("fp32 on a100 stands in for t4, full since 2026-01-01T00:10:00Z: 1 of a100 at 3.50 an hour,"
                        + " where ");
        assertThat(cluster.condition("Ready").status()).isEqualTo("True");
        assertThat(cluster.condition("Reconciling").reason()).isEqualTo("Done");

        cluster.until(3000 + TIMEOUT - 10);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        assertThat(cluster.ready("t4")).isEqualTo(wanted);
        assertThat(cluster.ready("a100")).isEqualTo(1);

        cluster.until(3000 + 2 * TIMEOUT + 120);
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.poolsOn("a100")).isEmpty();
        assertThat(cluster.ready("t4")).isEqualTo(wanted);
        assertThat(cluster.condition("Placed").status()).isEqualTo("True");
        assertThat(cluster.status().history().stream()
                        .filter(event -> event.type().equals("Plan"))
                        .map(Event::reason))
                .anyMatch(reason -> reason.startsWith("stands in for t4, full since 2026-01-01T00:10:00Z"))
                .anyMatch(reason -> reason.startsWith("class t4 has had room since 2026-01-01T00:50:")
                        && reason.endsWith("and carries all again: a100 no longer stands in"));
        assertThat(cluster.planChanges).isEqualTo(3);
    }

    @Test
    void aClassThatFlapsEveryMinuteMovesNothingAndWhatStandsInCarriesAllAlong() {
        PlayedCluster cluster = cluster(
                        4, second -> second < 600 ? 8 : second < 1200 ? 0 : second / 60 % 2 == 0 ? 8 : 0, second -> 8)
                .until(1200);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        int planChanges = cluster.planChanges;
        int scalings = cluster.standInScalings;
        for (int second = 1200; second < 3000; second += 10) {
            cluster.until(second);
            assertThat(cluster.ready("a100")).as("at %s", second).isEqualTo(1);
        }
        assertThat(cluster.planChanges).isEqualTo(planChanges);
        assertThat(cluster.standInScalings).isEqualTo(scalings);
    }

    @Test
    void aClassThatIsNeverFullForLongMakesNoPlanAnew() {
        PlayedCluster cluster = cluster(4, second -> second < 600 || second / 60 % 2 == 0 ? 8 : 0, second -> 8)
                .until(2400);
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.planChanges).isEqualTo(1);
    }

    @Test
    void aSingleReplicaReturnsThoughNoneMayBeAdded() {
        PlayedCluster cluster = cluster(
                        50, 1, second -> second < 600 || second >= 1800 ? 8 : 0, second -> 8, second -> 50)
                .until(600 + TIMEOUT + 30);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        assertThat(cluster.ready("a100")).isEqualTo(1);
        for (int second = 1000; second < 1800 + 3 * TIMEOUT; second += 10) {
            cluster.until(second);
            assertThat(cluster.ready("a100") + cluster.ready("t4"))
                    .as("at %s", second)
                    .isPositive();
        }
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.ready("t4")).isEqualTo(1);
        assertThat(cluster.poolsOn("a100")).isEmpty();
    }

    @Test
    void whereAllClassesAreFullThatIsToldAndWhatServesGoesOn() {
        PlayedCluster cluster =
                cluster(4, second -> second < 600 ? 8 : 1, second -> 0).until(600 + TIMEOUT + 30);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        cluster.until(600 + 2 * TIMEOUT + 60);
        assertThat(cluster.planned()).containsExactly("t4", "a100");
        assertThat(cluster.condition("Placed").reason()).isEqualTo("ClassFull");
        assertThat(cluster.condition("Placed").message())
                .startsWith("class a100 is full: for more than 5m, its provisioningTimeout, ")
                .contains("; no other class stands in: there is none, or hardware.acceleratorClasses allows none");
        assertThat(cluster.condition("Reconciling").reason()).isEqualTo("ClassFull");
        assertThat(cluster.condition("Ready").status()).isEqualTo("True");
        assertThat(cluster.ready("t4")).isEqualTo(1);
        int changes = cluster.planChanges;
        assertThat(cluster.until(3000).planChanges).isEqualTo(changes);
    }

    @Test
    void aBudgetThatPaysForNothingElseKeepsItWhereItIs() {
        InferenceDeployment poor = YAML.unmarshal(
                intent(RATE, 4).replace("  scaling:", "  budget: {maxCostPerHour: \"2.00\"}\n  scaling:"),
                InferenceDeployment.class);
        PlayedCluster cluster = new PlayedCluster(
                        poor,
                        CLASSES,
                        PROFILES,
                        Map.of("t4", second -> second < 600 ? 8 : 1, "a100", second -> 8),
                        second -> RATE)
                .until(600 + TIMEOUT + 60);
        assertThat(cluster.planned()).containsExactly("t4");
        assertThat(cluster.condition("Placed").reason()).isEqualTo("ClassFull");
        assertThat(cluster.condition("Placed").message()).contains("budget");
    }

    private static final List<AcceleratorClass> CLASSES =
            List.of(acceleratorClass("t4", "0.35"), acceleratorClass("a100", "3.50"));

    private static final List<ModelProfile> PROFILES =
            List.of(profile("t4", "10ms", "80ms"), profile("a100", "3ms", "12ms"));

    private static PlayedCluster cluster(int max, IntUnaryOperator t4, IntUnaryOperator a100) {
        return cluster(RATE, max, t4, a100, second -> RATE);
    }

    static PlayedCluster cluster(
            int planned, int max, IntUnaryOperator t4, IntUnaryOperator a100, IntUnaryOperator rate) {
        return new PlayedCluster(
                YAML.unmarshal(intent(planned, max), InferenceDeployment.class),
                CLASSES,
                PROFILES,
                Map.of("t4", t4, "a100", a100),
                rate);
    }

    private static String intent(int planned, int max) {
        return """
                apiVersion: serving.kilter.dev/v1alpha1
                kind: InferenceDeployment
                metadata: {name: intent, namespace: default, uid: u-intent, generation: 1}
                spec:
                  model:
                    task: tensor
                    variants: [{name: fp32, uri: "https://models.example/intent.onnx", precision: fp32}]
                  slo: {latency: {p99: 50ms}}
                  workload: {requestsPerSecond: %s}
                  scaling: {minReplicas: 1, maxReplicas: %s}
                """.formatted(planned, max);
    }

    private static AcceleratorClass acceleratorClass(String name, String price) {
        return YAML.unmarshal("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: AcceleratorClass
                metadata: {name: %1$s}
                spec:
                  nodes: {matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [%1$s]}]}
                  perReplica: {resources: {nvidia.com/gpu: 1, cpu: 2, memory: 8Gi}}
                  cost: {perReplicaHour: "%2$s"}
                """.formatted(name, price), AcceleratorClass.class);
    }

    private static ModelProfile profile(String onClass, String one, String many) {
        return YAML.unmarshal(
                """
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ModelProfile
                metadata: {name: p-%1$s, namespace: default, labels: {serving.kilter.dev/source: %4$s}}
                spec:
                  modelDigest: sha256:%5$s
                  acceleratorClass: %1$s
                  provider: CPU
                  runtimeImage: kilter/kilter-serving-runtime:1
                  serviceTime:
                  - {batchSize: 1, mean: %2$s, p99: %2$s, samples: 100}
                  - {batchSize: 32, mean: %3$s, p99: %3$s, samples: 100}
                """.formatted(onClass, one, many, Hashes.of("https://models.example/intent.onnx"), "0".repeat(64)),
                ModelProfile.class);
    }
}
