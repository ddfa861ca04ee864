package dev.kilter.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a person would look at after a failure, printed once. */
record Diagnosis(KubernetesClient client, List<String> namespaces) {

    private static final int LOG_LINES = 60;

    void print() {
        // Nobody would answer for their pods, and each would be waited for.
        Set<String> withoutKubelet = new NodeFleet(client)
                .nodes().stream().map(node -> node.getMetadata().getName()).collect(Collectors.toSet());
        for (String namespace : namespaces) {
            System.out.println("==== " + namespace);
            for (String kind : List.of("InferenceDeployment", "ServingPool")) {
                quietly(() -> client.genericKubernetesResources("serving.kilter.dev/v1alpha1", kind)
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .forEach(r -> System.out.println(Serialization.asYaml(r))));
            }
            quietly(() -> client.v1().events().inNamespace(namespace).list().getItems().stream()
                    .skip(Math.max(
                            0,
                            client.v1()
                                            .events()
                                            .inNamespace(namespace)
                                            .list()
                                            .getItems()
                                            .size()
                                    - 40))
                    .forEach(e -> System.out.println(e.getInvolvedObject().getKind() + "/"
                            + e.getInvolvedObject().getName() + " " + e.getReason() + ": " + e.getMessage())));
            client.pods().inNamespace(namespace).list().getItems().stream()
                    .filter(pod -> !withoutKubelet.contains(
                            String.valueOf(pod.getSpec().getNodeName())))
                    .forEach(this::describe);
        }
    }

    private void describe(Pod pod) {
        String name = pod.getMetadata().getName();
        System.out.println("---- pod " + name + " on " + pod.getSpec().getNodeName() + ": "
                + Serialization.asYaml(pod.getStatus().getContainerStatuses()));
        quietly(() -> System.out.println(client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .tailingLines(LOG_LINES)
                .getLog()));
    }

    private static void quietly(Runnable look) {
        try {
            look.run();
        } catch (KubernetesClientException e) {
            System.out.println("(" + e.getMessage() + ")");
        }
    }
}
