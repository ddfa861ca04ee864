package dev.kilter.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.cli.explain.Explanation;
import dev.kilter.cli.explain.cluster.ClusterFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * Reads a cluster into an archive, several parts at once, and writes them in the order in which they are named here. A
 * part that cannot be read is told, and the others come all the same.
 */
public final class ClusterReport {

    /** Of so many parts the API server is asked at once. */
    static final int AT_ONCE = 16;

    /** So many may be read, and held in memory, while one before them waits for a machine that does not answer. */
    private static final int AHEAD = 128;

    private final KubernetesClient client;
    private final Scope scope;
    private final Archive archive;
    private final Consumer<String> progress;
    private final Instant now;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
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
        Stream.of(this)
                .mapMulti(ClusterReport::everything)
                .gather(Gatherers.mapConcurrent(AHEAD, this::readInTurn))
                .forEachOrdered(this::write);
        archive.add("not-read.txt", lines(unread, "Everything was read."));
        archive.add("left-out.txt", lines(leftOut, "Nothing was left out."));
        return unread;
    }

    private Part.Outcome readInTurn(Part part) {
        turns.acquireUninterruptibly();
        try {
            return part.read();
        } finally {
            turns.release();
        }
    }

    private void write(Part.Outcome outcome) {
        switch (outcome) {
            case Part.Text(String path, String text) -> archive.add(path, text);
            case Part.Unread(String what, String reason) -> unread.add(what + ": " + reason);
        }
    }

    private void everything(Consumer<Part> parts) {
        progress.accept("versions, CRDs, nodes");
        parts.accept(new Part("versions", "versions.txt", () -> Versions.of(client, scope.system())));
        parts.accept(new Part("CRDs", "crds.txt", () -> Versions.ofCrds(client)));
        parts.accept(new Part("nodes", "nodes.yaml", this::nodes));
        objects("acceleratorclasses", client.resources(AcceleratorClass.class), parts);
        for (String namespace : namespaces(parts)) {
            namespace(namespace, parts);
        }
    }

    private Set<String> namespaces(Consumer<Part> parts) {
        Set<String> namespaces = new TreeSet<>(Set.of(scope.system()));
        scope.namespace().ifPresent(namespaces::add);
        if (scope.namespace().isEmpty()) {
            Stream.concat(
                            list(
                                    "InferenceDeployments of all namespaces",
                                    client.resources(InferenceDeployment.class).inAnyNamespace(),
                                    parts)
                                    .stream(),
                            list(
                                    "pods of all namespaces",
                                    client.pods().inAnyNamespace().withLabel(PodReport.PART_OF, PodReport.KILTER),
                                    parts)
                                    .stream())
                    .forEach(each -> namespaces.add(each.getMetadata().getNamespace()));
        }
        return namespaces;
    }

    private void namespace(String namespace, Consumer<Part> parts) {
        progress.accept("namespace " + namespace);
        String folder = "namespaces/" + namespace + "/";
        List<InferenceDeployment> deployments = objects(
                folder + "inferencedeployments",
                client.resources(InferenceDeployment.class).inNamespace(namespace),
                parts);
        objects(folder + "servingpools", client.resources(ServingPool.class).inNamespace(namespace), parts);
        objects(folder + "modelprofiles", client.resources(ModelProfile.class).inNamespace(namespace), parts);
        for (InferenceDeployment deployment : deployments) {
            String name = deployment.getMetadata().getName();
            parts.accept(new Part(
                    "explanation of " + namespace + "/" + name,
                    folder + "explain/" + name + ".txt",
                    () -> Redaction.text(Explanation.of(ClusterFacts.of(client, namespace, name, now)))));
        }
        List<Pod> pods = objects(
                folder + "pods",
                client.pods().inNamespace(namespace).withLabel(PodReport.PART_OF, PodReport.KILTER),
                parts);
        Set<String> names = names(deployments, pods);
        parts.accept(new Part(
                "events of " + namespace,
                folder + "events.txt",
                () -> Redaction.text(Events.of(client, namespace, names))));
        PodReport reports = new PodReport(client, folder, scope.lines());
        for (Pod pod : PodReport.troubledFirst(pods, leftOut)) {
            progress.accept("pod " + namespace + "/" + pod.getMetadata().getName());
            reports.parts(pod).forEach(parts);
        }
    }

    private static Set<String> names(List<InferenceDeployment> deployments, List<Pod> pods) {
        return Stream.concat(deployments.stream(), pods.stream())
                .map(each -> each.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** Labels, capacity and what keeps pods away; neither addresses nor images. */
    private String nodes() {
        List<Node> nodes = client.nodes().list().getItems();
        for (Node node : nodes) {
            node.getStatus().setAddresses(List.of());
            node.getStatus().setImages(List.of());
            node.getMetadata().setAnnotations(null);
        }
        return yaml(nodes);
    }

    /** What a list has, as a part of its own; none, none. */
    private <T extends HasMetadata> List<T> objects(
            String path, Listable<? extends KubernetesResourceList<T>> of, Consumer<Part> parts) {
        List<T> found = list(path, of, parts);
        if (!found.isEmpty()) {
            parts.accept(new Part(path, path + ".yaml", () -> yaml(found)));
        }
        return found;
    }

    /** Read at once, since it says what else there is to read. */
    private static <T extends HasMetadata> List<T> list(
            String what, Listable<? extends KubernetesResourceList<T>> of, Consumer<Part> parts) {
        try {
            return of.list().getItems();
        } catch (KubernetesClientException e) {
            parts.accept(new Part(what, what, () -> {
                throw e;
            }));
            return List.of();
        }
    }

    private String yaml(List<? extends HasMetadata> objects) {
        KubernetesSerialization serialization = client.getKubernetesSerialization();
        return objects.stream()
                .map(object -> serialization.convertValue(object, JsonNode.class))
                .map(tree -> serialization.asYaml(Redaction.object(tree)))
                .collect(Collectors.joining());
    }

    private static String lines(List<String> lines, String none) {
        return lines.isEmpty() ? none + "\n" : String.join("\n", lines) + "\n";
    }
}
