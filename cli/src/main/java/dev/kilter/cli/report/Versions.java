package dev.kilter.cli.report;

import dev.kilter.api.v1alpha1.ApiGroup;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which versions of what there are. */
final class Versions {

    private Versions() {}

    /** Of Kubernetes, and of the images that run. */
    static String of(KubernetesClient client, String system) {
        return "Kubernetes " + client.getKubernetesVersion().getGitVersion() + "\n"
                + client
                        .pods()
                        .inNamespace(system)
                        .withLabel(PodReport.PART_OF, PodReport.KILTER)
                        .list()
                        .getItems()
                        .stream()
                        .flatMap(pod -> pod.getSpec().getContainers().stream().map(container -> image(pod, container)))
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
    }

    private static String image(Pod pod, Container container) {
        return pod.getMetadata().getLabels().getOrDefault("app.kubernetes.io/component", container.getName()) + " "
                + container.getImage() + ", chart "
                + pod.getMetadata().getLabels().getOrDefault("app.kubernetes.io/version", "unknown");
    }

    /** Which versions of our kinds are served and stored. */
    static String ofCrds(KubernetesClient client) {
        String found = client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(crd -> ApiGroup.NAME.equals(crd.getSpec().getGroup()))
                .map(Versions::crd)
                .sorted()
                .collect(Collectors.joining());
        return found.isEmpty() ? "none: Kilter is not installed\n" : found;
    }

    private static String crd(CustomResourceDefinition crd) {
        return "%s: versions %s; stored %s; generation %d; labels %s%n"
                .formatted(
                        crd.getMetadata().getName(),
                        crd.getSpec().getVersions().stream()
                                .map(version -> version.getName() + (version.getServed() ? "" : " (not served)"))
                                .toList(),
                        crd.getStatus() == null ? "unknown" : crd.getStatus().getStoredVersions(),
                        crd.getMetadata().getGeneration(),
                        crd.getMetadata().getLabels());
    }
}
