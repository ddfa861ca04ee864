package dev.kilter.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What keeps a pool's pods from serving, one example of each kind in a sentence.
 *
 * @param scheduled pods that have a node
 * @param refused by the API server: a quota, a policy
 * @param unscheduled no node has room
 * @param failing it does not start, or ends; with its own last words
 */
public record PoolPods(
        int scheduled, Optional<String> refused, Optional<String> unscheduled, Optional<String> failing) {

    /** A container that waits for one of these does so in good order. */
    private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing");

    /** An image is being asked for in vain, or will be again. */
    private static final Set<String> PULLING = Set.of("ErrImagePull", "ImagePullBackOff");

    /** Reads the pool's Deployment and pods. */
    public static PoolPods of(Optional<Deployment> deployment, List<Pod> pods) {
        List<Pod> alive = pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
        return new PoolPods(
                (int) alive.stream().filter(PoolPods::isScheduled).count(),
                refused(deployment),
                first(alive, PoolPods::unscheduled),
                first(alive, PoolPods::failing));
    }

    private static Optional<String> first(List<Pod> pods, Function<Pod, Optional<String>> trouble) {
        return pods.stream().flatMap(pod -> trouble.apply(pod).stream()).findFirst();
    }

    private static Optional<String> refused(Optional<Deployment> deployment) {
        return deployment.map(Deployment::getStatus).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals("ReplicaFailure")
                        && condition.getStatus().equals("True"))
                .map(condition -> "the API server refuses a pod: " + condition.getMessage())
                .findFirst();
    }

    private static boolean isScheduled(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("True"));
    }

    private static Optional<String> unscheduled(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False")
                        && "Unschedulable".equals(condition.getReason()))
                .map(condition -> "pod " + pod.getMetadata().getName() + " finds no node: " + condition.getMessage())
                .findFirst();
    }

    /** The same text from one attempt to start to the next, so that a status stands still. */
    private static Optional<String> failing(Pod pod) {
        PodStatus status = pod.getStatus();
        Stream<String> ofContainers = status.getContainerStatuses().stream()
                .filter(container -> !Boolean.TRUE.equals(container.getReady()))
                .flatMap(container -> failing(pod, container).stream());
        Stream<String> ofPod = "Failed".equals(status.getPhase())
                ? Stream.of(status.getReason() + ": " + status.getMessage())
                : Stream.of();
        return Stream.concat(ofContainers, ofPod)
                .map(why -> "pod " + pod.getMetadata().getName() + ": " + why.strip())
                .findFirst();
    }

    private static Optional<String> failing(Pod pod, ContainerStatus container) {
        Optional<ContainerStateTerminated> ended = Stream.of(container.getState(), container.getLastState())
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .filter(terminated -> terminated.getExitCode() != 0)
                .findFirst();
        if (ended.isPresent()) {
            return Optional.of(lastWords(pod, container.getName(), ended.get()));
        }
        return Optional.ofNullable(container.getState())
                .map(ContainerState::getWaiting)
                .filter(waiting -> waiting.getReason() != null && !ON_ITS_WAY.contains(waiting.getReason()))
                .map(waiting -> told(container.getImage(), waiting));
    }

    private static String lastWords(Pod pod, String container, ContainerStateTerminated ended) {
        if ("OOMKilled".equals(ended.getReason())) {
            return "OOMKilled: it needs more memory than " + memoryLimit(pod, container)
                    + "; raise spec.pod.resources, or perReplica.resources of its class";
        }
        String said = ended.getMessage();
        return said == null || said.isBlank() ? ended.getReason() + ", exit code " + ended.getExitCode() : said;
    }

    private static String memoryLimit(Pod pod, String container) {
        return pod.getSpec().getContainers().stream()
                .filter(each -> each.getName().equals(container) && each.getResources() != null)
                .flatMap(each -> Optional.ofNullable(each.getResources().getLimits()).stream())
                .flatMap(limits -> Optional.ofNullable(limits.get("memory")).stream())
                .map(limit -> "its limit of " + limit)
                .findFirst()
                .orElse("its node has");
    }

    /** An attempt and the pause after it are told alike, in the words of the attempt. */
    private static String told(String image, ContainerStateWaiting waiting) {
        if (waiting.getMessage() == null) {
            return waiting.getReason();
        }
        return PULLING.contains(waiting.getReason())
                ? "image " + image + " cannot be pulled: "
                        + waiting.getMessage().replaceFirst("^.*ErrImagePull: ", "")
                : waiting.getReason() + ": " + waiting.getMessage();
    }
}
