package dev.kilter.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.cli.UserError;
import dev.kilter.cli.explain.Explanation;
import dev.kilter.cli.explain.cluster.ClusterFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a cluster into an archive, part by part. A part that cannot be read is told, and the others come all the same.
 */
public final class ClusterReport {

    private final KubernetesClient client;
    private final Scope scope;
    private final Archive archive;
    private final Consumer<String> progress;
    private final Instant now;
    private final List<String> unread = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    ClusterReport(KubernetesClient client, Scope scope, Archive archive, Consumer<String> progress, Instant now) {
        this.client = client;
        this.scope = scope;
        this.archive = archive;
        this.progress = progress;
        this.now = now;
    }

    /**
     * What is looked at.
     *
     * @param namespace the one that serves; empty: all that have an InferenceDeployment or a pod of Kilter
     * @param system where operator and autoscaler run
     * @param lines the last of each log
     */
    public record Scope(Optional<String> namespace, String system, int lines) {}

    /** Reads all of it; returns what could not be read, and why. */
    List<String> collect() {
        progress.accept("versions, CRDs, nodes");
        read("versions", () -> archive.add("versions.txt", Versions.of(client, scope.system())));
        read("CRDs", () -> archive.add("crds.txt", Versions.ofCrds(client)));
        read("nodes", this::nodes);
        objects(
                "acceleratorclasses",
                () -> client.resources(AcceleratorClass.class).list().getItems());
        for (String namespace : namespaces()) {
            namespace(namespace);
        }
        archive.add("not-read.txt", lines(unread, "Everything was read."));
        archive.add("left-out.txt", lines(leftOut, "Nothing was left out."));
        return unread;
    }

    private Set<String> namespaces() {
        Set<String> namespaces = new TreeSet<>(Set.of(scope.system()));
        scope.namespace().ifPresent(namespaces::add);
        if (scope.namespace().isEmpty()) {
            read(
                    "InferenceDeployments of all namespaces",
                    () -> client.resources(InferenceDeployment.class)
                            .inAnyNamespace()
                            .list()
                            .getItems()
                            .forEach(each -> namespaces.add(each.getMetadata().getNamespace())));
            read(
                    "pods of all namespaces",
                    () -> client.pods()
                            .inAnyNamespace()
                            .withLabel(PodReport.PART_OF, PodReport.KILTER)
                            .list()
                            .getItems()
                            .forEach(each -> namespaces.add(each.getMetadata().getNamespace())));
        }
        return namespaces;
    }

    private void namespace(String namespace) {
        progress.accept("namespace " + namespace);
        String folder = "namespaces/" + namespace + "/";
        List<InferenceDeployment> deployments = objects(
                folder + "inferencedeployments",
                () -> client.resources(InferenceDeployment.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems());
        objects(
                folder + "servingpools",
                () -> client.resources(ServingPool.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems());
        objects(
                folder + "modelprofiles",
                () -> client.resources(ModelProfile.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems());
        for (InferenceDeployment deployment : deployments) {
            String name = deployment.getMetadata().getName();
            read(
                    "explanation of " + namespace + "/" + name,
                    () -> archive.add(
                            folder + "explain/" + name + ".txt",
                            Redaction.text(Explanation.of(ClusterFacts.of(client, namespace, name, now)))));
        }
        List<Pod> pods = objects(
                folder + "pods",
                () -> client.pods()
                        .inNamespace(namespace)
                        .withLabel(PodReport.PART_OF, PodReport.KILTER)
                        .list()
                        .getItems());
        read(
                "events of " + namespace,
                () -> archive.add(
                        folder + "events.txt", Redaction.text(Events.of(client, namespace, names(deployments, pods)))));
        PodReport reports = new PodReport(client, archive, folder, scope.lines());
        for (Pod pod : reports.troubledFirst(pods, leftOut)) {
            progress.accept("pod " + namespace + "/" + pod.getMetadata().getName());
            reports.parts(pod).forEach((what, part) -> read(what, part));
        }
    }

    private static Set<String> names(List<InferenceDeployment> deployments, List<Pod> pods) {
        return Stream.concat(deployments.stream(), pods.stream())
                .map(each -> each.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** Labels, capacity and what keeps pods away; neither addresses nor images. */
    private void nodes() {
        List<Node> nodes = client.nodes().list().getItems();
        for (Node node : nodes) {
            node.getStatus().setAddresses(List.of());
            node.getStatus().setImages(List.of());
            node.getMetadata().setAnnotations(null);
        }
        archive.add("nodes.yaml", yaml(nodes));
    }

    private <T extends HasMetadata> List<T> objects(String path, Supplier<List<T>> reading) {
        List<T> found = new ArrayList<>();
        read(path, () -> found.addAll(reading.get()));
        if (!found.isEmpty()) {
            archive.add(path + ".yaml", yaml(found));
        }
        return found;
    }

    private String yaml(List<? extends HasMetadata> objects) {
        KubernetesSerialization serialization = client.getKubernetesSerialization();
        return objects.stream()
                .map(object -> serialization.convertValue(object, JsonNode.class))
                .map(tree -> serialization.asYaml(Redaction.object(tree)))
                .collect(Collectors.joining());
    }

    private void read(String what, Runnable part) {
        try {
            part.run();
        } catch (KubernetesClientException e) {
            unread.add(what + ": " + reason(e));
        } catch (UserError | IllegalArgumentException e) {
            unread.add(what + ": " + e.getMessage());
        }
    }

    private static String reason(KubernetesClientException e) {
        String status = e.getStatus() == null ? null : e.getStatus().getMessage();
        return Redaction.text(
                String.valueOf(status == null ? e.getMessage() : status).strip());
    }

    private static String lines(List<String> lines, String none) {
        return lines.isEmpty() ? none + "\n" : String.join("\n", lines) + "\n";
    }
}
