package dev.kilter.e2e;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kilter as a platform team installs it: by the chart. */
final class Installation {

    static final Path ROOT = Path.of(System.getProperty("kilter.root"));
    static final String NAMESPACE = "kilter-system";

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
        new Helm(ROOT.resolve("helm/kilter"))
                .install()
                .withName("kilter")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(cluster.kubeconfig())
                .set("image.registry", System.getProperty("kilter.image.registry"))
                .set("image.tag", System.getProperty("kilter.image.tag"))
                .set("image.pullPolicy", "IfNotPresent")
                // Two cores run all of it.
                .set("gateway.replicas", 1)
                .set("mavenRepository", "http://" + cluster.hostAddress() + ":" + ModelStore.PORT)
                .call();
        for (String deployment : List.of("kilter-operator", "kilter-autoscaler")) {
            client.apps()
                    .deployments()
                    .inNamespace(NAMESPACE)
                    .withName(deployment)
                    .waitUntilReady(3, TimeUnit.MINUTES);
        }
    }

    void uninstall() {
        Helm.uninstall("kilter")
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
        return client
                .load(new java.io.ByteArrayInputStream(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .items()
                .stream()
                .map(item -> client.resource(item).patch(asUser))
                .toList();
    }
}
