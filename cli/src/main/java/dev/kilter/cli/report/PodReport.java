package dev.kilter.cli.report;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Logs and metrics of pods, each within bounds. */
final class PodReport {

    static final String PART_OF = "app.kubernetes.io/part-of";
    static final String KILTER = "kilter";

    private static final Set<String> SERVERS = Set.of("operator", "autoscaler", "gateway", "serving-runtime");

    /** Of so many pods of a namespace logs and metrics are read. */
    private static final int MOST_PODS = 30;

    private static final int MOST_CHARACTERS = 1 << 20;

    private final KubernetesClient client;
    private final String folder;
    private final int lines;

    PodReport(KubernetesClient client, String folder, int lines) {
        this.client = client;
        this.folder = folder;
        this.lines = lines;
    }

    /** Those that are not ready, then those that were restarted most; of many others the logs are left out. */
    static List<Pod> troubledFirst(List<Pod> pods, List<String> leftOut) {
        List<Pod> sorted = pods.stream()
                .sorted(Comparator.comparing(PodReport::isReady)
                        .thenComparing(
                                Comparator.comparingInt(PodReport::restarts).reversed())
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
        sorted.stream()
                .skip(MOST_PODS)
                .forEach(pod -> leftOut.add(
                        "logs and metrics of pod " + pod.getMetadata().getNamespace() + "/"
                                + pod.getMetadata().getName() + ": " + MOST_PODS + " of its namespace are read"));
        return sorted.stream().limit(MOST_PODS).toList();
    }

    /** What there is to read of a pod. */
    List<Part> parts(Pod pod) {
        String name = pod.getMetadata().getName();
        String who = pod.getMetadata().getNamespace() + "/" + name;
        List<Part> parts = new ArrayList<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (!hasStarted(pod, container)) {
                continue;
            }
            String what = "log of " + who + " " + container.getName();
            String file = folder + "logs/" + name + "." + container.getName();
            parts.add(new Part(what, file + ".log", () -> log(pod, container.getName(), false)));
            if (restarts(pod) > 0) {
                parts.add(new Part(
                        what + " before its restart",
                        file + ".previous.log",
                        () -> log(pod, container.getName(), true)));
            }
        }
        if (isServer(pod)) {
            parts.add(new Part("metrics of " + who, folder + "metrics/" + name + ".txt", () -> metrics(pod)));
        }
        return parts;
    }

    private String log(Pod pod, String container, boolean previous) {
        ContainerResource of = client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .inContainer(container);
        String log = (previous ? of.terminated() : of).tailingLines(lines).getLog();
        // What came last tells most.
        return Redaction.text(log.length() <= MOST_CHARACTERS ? log : log.substring(log.length() - MOST_CHARACTERS));
    }

    private String metrics(Pod pod) {
        int port = pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(each -> "http".equals(each.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElse(8080);
        String page = client.raw("/api/v1/namespaces/%s/pods/%s:%d/proxy/metrics"
                .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), port));
        if (page == null) {
            throw new IllegalArgumentException("the pod is gone, or has no metrics");
        }
        return page;
    }

    /** What has not started has no log; why, stands in its state. */
    private static boolean hasStarted(Pod pod, Container container) {
        return statuses(pod)
                .filter(status -> status.getName().equals(container.getName()))
                .anyMatch(status -> status.getRestartCount() > 0
                        || status.getState().getRunning() != null
                        || status.getState().getTerminated() != null);
    }

    /** Jobs have no metrics. */
    private static boolean isServer(Pod pod) {
        return SERVERS.contains(pod.getMetadata().getLabels().getOrDefault("app.kubernetes.io/component", ""))
                && pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase());
    }

    private static boolean isReady(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static int restarts(Pod pod) {
        return statuses(pod).mapToInt(ContainerStatus::getRestartCount).sum();
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream().flatMap(status -> status.getContainerStatuses().stream());
    }
}
