package dev.kilter.autoscaler.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.Behavior;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScalingTargetsTest {

    /** Resources with every field set, which the API's own tests keep. */
    private static final Path FULL = Path.of("../crds/src/test/resources/full");

    @Test
    void readsEveryFieldThatMatters() throws IOException {
        ScalingTarget target = ScalingTargets.of(read(InferenceDeployment.class), List.of(read(ServingPool.class)));

        ScalingTarget.Pool pool = target.pools().getFirst();
        assertThat(pool.name()).isEqualTo("intent-7c9f0a11");
        assertThat(pool.revision()).isEqualTo("r3");
        assertThat(pool.share()).isEqualTo(50);
        assertThat(pool.replicas()).isEqualTo(3);
        assertThat(pool.readyReplicas()).isEqualTo(2);
        assertThat(pool.capacityPerReplica()).hasValue(410.5);
        assertThat(pool.costPerReplicaHour()).hasValue(0.35);
        assertThat(pool.operatingPoint().maxDelay()).contains(Duration.ofMillis(2));
        assertThat(pool.engineInstances()).isEqualTo(2);
    }

    @Test
    void readsBehaviorAsWritten() {
        ScalingTarget target = ScalingTargets.of(deployment("""
                behavior:
                  scaleUp: {stabilizationWindowSeconds: 30, selectPolicy: Min, policies: [{type: Percent, value: 50, periodSeconds: 15}]}
                  scaleDown: {selectPolicy: Disabled}
                """), List.of());
        Behavior behavior = target.settings().behavior();
        assertThat(behavior.scaleUp().stabilizationWindow()).contains(Duration.ofSeconds(30));
        assertThat(behavior.scaleUp().select()).contains(Behavior.Select.MIN);
        assertThat(behavior.scaleUp().limits()).containsExactly(new Behavior.Limit.Percent(50, Duration.ofSeconds(15)));
        assertThat(behavior.scaleDown().stabilizationWindow()).isEqualTo(Optional.empty());
        assertThat(behavior.scaleDown().select()).contains(Behavior.Select.DISABLED);
    }

    @Test
    void readsWhatAllMayCost() throws IOException {
        assertThat(ScalingTargets.of(read(InferenceDeployment.class), List.of())
                        .settings()
                        .maxCostPerHour())
                .hasValue(4);
        assertThat(ScalingTargets.of(deployment("minReplicas: 2"), List.of())
                        .settings()
                        .maxCostPerHour())
                .isEmpty();
    }

    @Test
    void readsHowSureTheDemandIsToBeCovered() {
        assertThat(ScalingTargets.of(deployment("hedge: 99.8%"), List.of())
                        .settings()
                        .hedge())
                .hasValue(0.998);
        assertThat(ScalingTargets.of(deployment("minReplicas: 2"), List.of())
                        .settings()
                        .hedge())
                .isEmpty();
    }

    @Test
    void honoursThePauseOfADeployment() {
        InferenceDeployment deployment = deployment("minReplicas: 2");
        deployment.getMetadata().getAnnotations().put("serving.kilter.dev/paused", "true");
        assertThat(ScalingTargets.of(deployment, List.of()).settings().paused()).isTrue();
    }

    @Test
    void leavesOutAPoolThatIsBeingDeleted() throws IOException {
        ServingPool pool = read(ServingPool.class);
        pool.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(ScalingTargets.of(deployment("minReplicas: 1"), List.of(pool))
                        .pools())
                .isEmpty();
    }

    @Test
    void aResidentVariantBetweenFloorAndTargetMayAnswerItsShare() throws IOException {
        String yaml = Files.readString(FULL.resolve("ServingPool.yaml")).replace("{variant: int8,", "{variant: fp32,");
        ServingPool pool = Serialization.unmarshal(yaml, ServingPool.class);
        // 92.8 % of a target of 93 %, above the floor of 92 %.
        assertThat(lesser(read(InferenceDeployment.class), pool)).contains(new OperatingPoint.Lesser("int8", 0.03));
        assertThat(lesser(deployment("minReplicas: 1"), pool))
                .as("no quality is asked for")
                .isEmpty();
    }

    private static Optional<OperatingPoint.Lesser> lesser(InferenceDeployment deployment, ServingPool pool) {
        return ScalingTargets.of(deployment, List.of(pool))
                .pools()
                .getFirst()
                .operatingPoint()
                .lesser();
    }

    private static <T> T read(Class<T> type) throws IOException {
        return Serialization.unmarshal(Files.readString(FULL.resolve(type.getSimpleName() + ".yaml")), type);
    }

    private static InferenceDeployment deployment(String scaling) {
        return Serialization.unmarshal("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: InferenceDeployment
                metadata: {name: intent, namespace: ns, annotations: {a: b}}
                spec:
                  model: {variants: [{name: fp32, uri: "file:/m.onnx"}]}
                  slo: {latency: {p99: 50ms}}
                  scaling:
                """ + scaling.indent(4), InferenceDeployment.class);
    }
}
