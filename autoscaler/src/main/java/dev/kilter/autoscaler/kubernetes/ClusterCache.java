package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the API server last told of InferenceDeployments, their pools, and Kilter's pods. Goes on with what it knows
 * while the API server is away. Objects are the cache's own: never change them.
 */
final class ClusterCache implements AutoCloseable {

    static final String COMPONENT = "app.kubernetes.io/component";
    private static final String PART_OF = "app.kubernetes.io/part-of";

    private final List<SharedIndexInformer<InferenceDeployment>> deployments;
    private final List<SharedIndexInformer<ServingPool>> pools;
    private final List<SharedIndexInformer<Pod>> pods;

    private ClusterCache(KubernetesClient client, Set<String> namespaces) {
        this.deployments = informers(client.resources(InferenceDeployment.class), namespaces);
        this.pools = informers(client.resources(ServingPool.class), namespaces);
        this.pods = namespaces.isEmpty()
                ? List.of(client.pods()
                        .inAnyNamespace()
                        .withLabel(PART_OF, "kilter")
                        .inform())
                : namespaces.stream()
                        .map(namespace -> client.pods()
                                .inNamespace(namespace)
                                .withLabel(PART_OF, "kilter")
                                .inform())
                        .toList();
    }

    /**
     * Waits until all is listed once.
     *
     * @param namespaces what to look at, each on its own, so that rights in these alone will do; empty: everything
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if something cannot be listed
     */
    static ClusterCache start(KubernetesClient client, Set<String> namespaces) {
        return new ClusterCache(client, namespaces);
    }

    private static <T extends HasMetadata> List<SharedIndexInformer<T>> informers(
            MixedOperation<T, KubernetesResourceList<T>, Resource<T>> kind, Set<String> namespaces) {
        return namespaces.isEmpty()
                ? List.of(kind.inAnyNamespace().inform())
                : namespaces.stream()
                        .map(namespace -> kind.inNamespace(namespace).inform())
                        .toList();
    }

    List<InferenceDeployment> deployments() {
        return all(deployments).toList();
    }

    Optional<InferenceDeployment> deployment(String namespace, String name) {
        return deployments.stream()
                .flatMap(informer -> Optional.ofNullable(informer.getStore().getByKey(namespace + "/" + name)).stream())
                .findFirst();
    }

    List<ServingPool> pools(String namespace, String deployment) {
        return all(pools)
                .filter(p -> p.getMetadata().getNamespace().equals(namespace))
                .filter(p -> p.getSpec().inferenceDeploymentRef().name().equals(deployment))
                .toList();
    }

    /** Pods of a component, by the label. */
    List<Pod> pods(String component) {
        return all(pods)
                .filter(pod -> component.equals(pod.getMetadata().getLabels().get(COMPONENT)))
                .toList();
    }

    private static <T> Stream<T> all(List<SharedIndexInformer<T>> informers) {
        return informers.stream().flatMap(informer -> informer.getStore().list().stream());
    }

    @Override
    public void close() {
        deployments.forEach(SharedIndexInformer::close);
        pools.forEach(SharedIndexInformer::close);
        pods.forEach(SharedIndexInformer::close);
    }
}
