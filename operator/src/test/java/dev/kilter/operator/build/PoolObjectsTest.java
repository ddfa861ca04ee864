package dev.kilter.operator.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.Examples;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.Standing;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolObjectsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/pool.yaml");

    /** Run with -Dgolden.update=true to write it anew; then read the difference. */
    @Test
    void podsOfAPoolAreSpreadOverZonesAndNodesButNeverKeptWaitingForThat() {
        Deployment deployment = new PoolObjects(pool(Examples.INTENT), Examples.SETTINGS).deployment();
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        Map<String, String> pods = deployment.getSpec().getSelector().getMatchLabels();
        assertThat(pod.getTopologySpreadConstraints()).singleElement().satisfies(nodes -> {
            assertThat(nodes.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
            assertThat(nodes.getWhenUnsatisfiable()).isEqualTo("ScheduleAnyway");
            assertThat(nodes.getLabelSelector().getMatchLabels()).isEqualTo(pods);
        });
        assertThat(pod.getAffinity().getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
                .isEmpty();
        assertThat(pod.getAffinity().getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution())
                .extracting(WeightedPodAffinityTerm::getPodAffinityTerm)
                .singleElement()
                .satisfies(zones -> {
                    assertThat(zones.getTopologyKey()).isEqualTo("topology.kubernetes.io/zone");
                    assertThat(zones.getLabelSelector().getMatchLabels()).isEqualTo(pods);
                });
        assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
    }

    @Test
    void allObjectsOfAPoolAreAsTheGoldenFileSays() throws IOException {
        PoolObjects objects = new PoolObjects(with(2, pool(Examples.INTENT)), Examples.SETTINGS);
        String built = Examples.yaml(objects.deployment())
                + Examples.yaml(objects.service())
                + Examples.yaml(objects.disruptionBudget().orElseThrow());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, built);
        }
        assertThat(built).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void replicasAreAlwaysThePools() {
        assertThat(new PoolObjects(with(7, pool(Examples.INTENT)), Examples.SETTINGS)
                        .deployment()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(7);
    }

    @Test
    void aBudgetProtectsMoreThanOnePod() {
        assertThat(new PoolObjects(pool(Examples.INTENT), Examples.SETTINGS).disruptionBudget())
                .isEmpty();
        assertThat(new PoolObjects(with(1, pool(Examples.INTENT)), Examples.SETTINGS).disruptionBudget())
                .isEmpty();
        assertThat(new PoolObjects(with(2, pool(Examples.INTENT)), Examples.SETTINGS).disruptionBudget())
                .isPresent();
    }

    private static ServingPool with(int replicas, ServingPool pool) {
        var spec = pool.getSpec();
        pool.setSpec(new dev.kilter.api.v1alpha1.ServingPoolSpec(
                spec.inferenceDeploymentRef(),
                spec.revision(),
                spec.configuration(),
                spec.capacityPerReplica(),
                spec.costPerReplicaHour(),
                spec.scaling(),
                spec.share(),
                replicas));
        return pool;
    }

    @Test
    void whatTheFirstPodLoadedReachesLaterPodsWithoutANewTemplate() {
        ServingPool pool = pool(Examples.INTENT);
        Deployment before = new PoolObjects(pool, Examples.SETTINGS).deployment();
        assertThat(new PoolObjects(pool, Examples.SETTINGS).digests()).isEmpty();
        String digest = "sha256:" + "d".repeat(64);
        pool.setStatus(new ServingPoolStatus(
                1L, 1, 1, 1, "", List.of(new ServingPoolStatus.VariantDigest("fp32", digest)), List.of()));
        PoolObjects pinned = new PoolObjects(pool, Examples.SETTINGS);
        assertThat(pinned.deployment()).isEqualTo(before);
        var reference = before.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals(RuntimeConfig.DIGESTS_ENVIRONMENT))
                .findFirst()
                .orElseThrow()
                .getValueFrom()
                .getConfigMapKeyRef();
        assertThat(reference.getOptional()).isTrue();
        assertThat(reference.getName())
                .isEqualTo(pinned.digests().orElseThrow().getMetadata().getName());
        assertThat(pinned.digests().orElseThrow().getData().get(reference.getKey()))
                .isEqualTo("{\"fp32\":\"" + digest + "\"}");
    }

    @Test
    void whatTheSpecificationPinsNeedsNoOtherPin() {
        String yaml = Examples.INTENT
                .replaceFirst("precision:", "digest: \"sha256:" + "a".repeat(64) + "\", precision:")
                .replace("precision: int8", "digest: \"sha256:" + "b".repeat(64) + "\", precision: int8");
        assertThat(podOf(yaml).getContainers().getFirst().getEnv())
                .noneMatch(variable -> variable.getName().equals(RuntimeConfig.DIGESTS_ENVIRONMENT));
    }

    @Test
    void podsMeetTheRestrictedStandard() {
        PodSpec pod = podOf(Examples.INTENT);
        Container server = pod.getContainers().getFirst();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(server.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(server.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(server.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
    }

    @Test
    void aPodIsToldItsModelsByTheEnvironmentAlone() {
        Container server = podOf(Examples.INTENT).getContainers().getFirst();
        String config = server.getEnv().stream()
                .filter(variable -> variable.getName().equals(RuntimeConfig.ENVIRONMENT))
                .findFirst()
                .orElseThrow()
                .getValue();
        RuntimeConfig.Model model =
                Json.read(config, RuntimeConfig.class).models().getFirst();
        assertThat(model.name()).isEqualTo("intent");
        assertThat(model.sloMillis()).contains(50.0);
        assertThat(model.embedding()).isPresent();
        assertThat(server.getArgs()).containsExactly("serve");
    }

    @Test
    void claimsAreMountedReadOnlyAndSecretsGivenAsEnvironment() {
        PodSpec pod = podOf(Examples.INTENT
                .replace("https://models.example/intent/", "pvc://models/intent/")
                .replace("    variants:", "    storage: {secretRef: {name: store}}\n    variants:"));
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                .hasSize(1);
        assertThat(pod.getContainers().getFirst().getVolumeMounts())
                .filteredOn(mount -> mount.getMountPath().equals("/mnt/pvc/models"))
                .allMatch(mount -> mount.getReadOnly())
                .hasSize(1);
        // Never the Secret whole: its keys could be JAVA_TOOL_OPTIONS.
        Container server = pod.getContainers().getFirst();
        assertThat(server.getEnvFrom()).isEmpty();
        assertThat(server.getEnv())
                .filteredOn(variable -> variable.getValueFrom() != null
                        && !variable.getName().equals(RuntimeConfig.DIGESTS_ENVIRONMENT))
                .allMatch(variable -> variable.getName().startsWith("AWS_"))
                .allMatch(variable -> variable.getValueFrom().getSecretKeyRef().getOptional())
                .allMatch(variable ->
                        variable.getValueFrom().getSecretKeyRef().getName().equals("store"))
                .allMatch(variable ->
                        variable.getValueFrom().getSecretKeyRef().getKey().equals(variable.getName()))
                .extracting(variable -> variable.getName())
                .contains("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3");
    }

    @Test
    void theUsersLabelsCannotReplaceOurs() {
        Deployment deployment = new PoolObjects(
                        pool(Examples.INTENT.replace(
                                "  workload:",
                                "  pod: {labels: {team: search, serving.kilter.dev/pool: x}}\n  workload:")),
                        Examples.SETTINGS)
                .deployment();
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsEntry("team", "search")
                .containsEntry(Labels.POOL, deployment.getMetadata().getName());
    }

    private static PodSpec podOf(String yaml) {
        return new PoolObjects(pool(yaml), Examples.SETTINGS)
                .deployment()
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static ServingPool pool(String yaml) {
        var deployment = Examples.deployment(yaml);
        var inputs = new PlanInputs(
                deployment,
                List.of(Examples.acceleratorClass(Examples.T4)),
                List.of(),
                Optional.empty(),
                Set.of(),
                Examples.RUNTIME_IMAGE);
        var planned = (PlanDecision.Planned) PlanDecision.decide(inputs, null, List.of(), false, Instant.EPOCH);
        return PoolResources.serving(
                deployment,
                planned.pools().getFirst(),
                Optional.empty(),
                new Rollout.Target(Rollout.FULL, new Standing.Established()));
    }
}
