package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Kilter as a platform team installs it: by the chart. */
final class Installation {

    static final Path ROOT = Path.of(System.getProperty("kilter.root"));
    static final String NAMESPACE = "kilter-system";
    /** A label of pods that a Deployment made, and not of those that only call themselves like them. */
    static final String OF_A_DEPLOYMENT = "pod-template-hash";

    private static final String RELEASE = "kilter";
    private static final List<String> PROCESSES = List.of("kilter-operator", "kilter-autoscaler");

    private final TestCluster cluster;
    private final KubernetesClient client;

    Installation(TestCluster cluster, KubernetesClient client) {
        this.cluster = cluster;
        this.client = client;
    }

    void install() {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .serverSideApply();
        deploy(Map.of());
    }

    /** Installs, or upgrades what is installed, with these values beside those of every installation here. */
    void deploy(Map<String, Object> values) {
        UpgradeCommand upgrade = new Helm(ROOT.resolve("helm/kilter"))
                .upgrade()
                .install()
                .resetValues()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(cluster.kubeconfig())
                .set("image.registry", System.getProperty("kilter.image.registry"))
                .set("image.tag", System.getProperty("kilter.image.tag"))
                .set("image.pullPolicy", "IfNotPresent")
                // Two cores run all of it.
                .set("gateway.replicas", 1)
                .set("mavenRepository", "http://" + cluster.hostAddress() + ":" + ModelStore.PORT);
        values.forEach(upgrade::set);
        upgrade.call();
        PROCESSES.forEach(name -> awaitRolledOut(NAMESPACE, name));
    }

    /** Ends operator and autoscaler and waits until they are gone; the next deployment starts them again. */
    void stop() {
        PROCESSES.forEach(name -> client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(name)
                .scale(0));
        awaitNoPod(NAMESPACE);
    }

    /** Waits until Deployments have no pods in a namespace. */
    void awaitNoPod(String namespace) {
        Scenario.await(
                "no pod of a Deployment in " + namespace,
                () -> client.pods()
                        .inNamespace(namespace)
                        .withLabel(OF_A_DEPLOYMENT)
                        .list()
                        .getItems()
                        .isEmpty());
    }

    /** Waits until all pods of a Deployment are of its last revision, and ready. */
    void awaitRolledOut(String namespace, String name) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(Installation::isRolledOut, Scenario.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean isRolledOut(Deployment deployment) {
        if (deployment == null || deployment.getStatus() == null) {
            return false;
        }
        Integer wanted = deployment.getSpec().getReplicas();
        DeploymentStatus status = deployment.getStatus();
        return Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && wanted.equals(status.getUpdatedReplicas())
                && wanted.equals(status.getReadyReplicas())
                && wanted.equals(status.getReplicas());
    }

    /** Back to the release's revision before, by Helm's own program. */
    void rollback(Path helm) throws IOException, InterruptedException {
        Path kubeconfig = Files.createTempFile("kilter-e2e", ".kubeconfig");
        try {
            Files.writeString(kubeconfig, cluster.kubeconfig());
            Process process = new ProcessBuilder(
                            helm.toString(),
                            "rollback",
                            RELEASE,
                            "--namespace",
                            NAMESPACE,
                            "--kubeconfig",
                            kubeconfig.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } finally {
            Files.delete(kubeconfig);
        }
        PROCESSES.forEach(name -> awaitRolledOut(NAMESPACE, name));
    }

    void uninstall() {
        Helm.uninstall(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(cluster.kubeconfig())
                .ignoreNotFound()
                .call();
    }

    /** Applies each object by server-side apply, as {@code kubectl apply --server-side} does. */
    List<HasMetadata> apply(String yaml) {
        PatchContext asUser = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("a-user")
                .build();
        return objects(yaml).stream()
                .map(item -> client.resource(item).patch(asUser))
                .toList();
    }

    void delete(String yaml) {
        objects(yaml).forEach(item -> client.resource(item).delete());
    }

    private List<HasMetadata> objects(String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }
}
