package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the API server last told of InferenceDeployments, their pools, and Kilter's pods. Goes on with what it knows
 * while the API server is away. Objects are the cache's own: never change them.
 */
final class ClusterCache implements AutoCloseable {

    static final String COMPONENT = "app.kubernetes.io/component";
    private static final String PART_OF = "app.kubernetes.io/part-of";

    private final SharedIndexInformer<InferenceDeployment> deployments;
    private final SharedIndexInformer<ServingPool> pools;
    private final SharedIndexInformer<Pod> pods;
    private final Set<String> namespaces;

    private ClusterCache(KubernetesClient client, Set<String> namespaces) {
        this.namespaces = namespaces;
        this.deployments =
                client.resources(InferenceDeployment.class).inAnyNamespace().inform();
        this.pools = client.resources(ServingPool.class).inAnyNamespace().inform();
        this.pods = client.pods().inAnyNamespace().withLabel(PART_OF, "kilter").inform();
    }

    /**
     * Waits until all is listed once.
     *
     * @param namespaces what to look at; empty: everything
     */
    static ClusterCache start(KubernetesClient client, Set<String> namespaces) {
        return new ClusterCache(client, namespaces);
    }

    List<InferenceDeployment> deployments() {
        return deployments.getStore().list().stream()
                .filter(d -> looksAt(d.getMetadata().getNamespace()))
                .toList();
    }

    Optional<InferenceDeployment> deployment(String namespace, String name) {
        return Optional.ofNullable(deployments.getStore().getByKey(namespace + "/" + name));
    }

    List<ServingPool> pools(String namespace, String deployment) {
        return pools.getStore().list().stream()
                .filter(p -> p.getMetadata().getNamespace().equals(namespace))
                .filter(p -> p.getSpec().inferenceDeploymentRef().name().equals(deployment))
                .toList();
    }

    /** Pods of a component, by the label. */
    List<Pod> pods(String component) {
        return pods.getStore().list().stream()
                .filter(pod -> component.equals(pod.getMetadata().getLabels().get(COMPONENT)))
                .filter(pod -> looksAt(pod.getMetadata().getNamespace()))
                .toList();
    }

    boolean isListed() {
        return deployments.hasSynced() && pools.hasSynced() && pods.hasSynced();
    }

    private boolean looksAt(String namespace) {
        return namespaces.isEmpty() || namespaces.contains(namespace);
    }

    @Override
    public void close() {
        deployments.close();
        pools.close();
        pods.close();
    }
}
