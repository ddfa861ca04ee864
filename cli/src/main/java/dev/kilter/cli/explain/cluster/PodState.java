package dev.kilter.cli.explain.cluster;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.cli.explain.Facts;
import dev.kilter.operator.observe.PoolPods;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What keeps one pod from serving, in the operator's own words where it has some. */
final class PodState {

    private PodState() {}

    static Facts.Pod of(Pod pod) {
        return new Facts.Pod(
                pod.getMetadata().getName(),
                pod.getMetadata().getLabels().get(ApiGroup.POOL_LABEL),
                state(pod),
                Optional.of(
                        Instant.parse(pod.getMetadata().getCreationTimestamp()).toEpochMilli()),
                containers(pod).stream()
                        .mapToInt(container ->
                                Optional.ofNullable(container.getRestartCount()).orElse(0))
                        .sum());
    }

    private static Optional<String> state(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of("it is leaving: answers what it has, takes nothing new");
        }
        if (Readiness.isPodReady(pod)) {
            return Optional.empty();
        }
        PoolPods trouble = PoolPods.of(Optional.empty(), List.of(pod));
        String named = "pod " + pod.getMetadata().getName();
        return trouble.failing()
                .or(trouble::unscheduled)
                .map(why ->
                        why.startsWith(named) ? why.substring(named.length()).replaceFirst("^:? ", "") : why)
                .or(() -> Optional.of(underWay(pod)));
    }

    private static String underWay(Pod pod) {
        if (pod.getSpec().getNodeName() == null) {
            return "waits for the scheduler";
        }
        boolean runs = containers(pod).stream()
                .anyMatch(container ->
                        container.getState() != null && container.getState().getRunning() != null);
        return runs
                ? "it starts: loads its model and warms up"
                : "its container is being made: image, volumes, secrets";
    }

    private static List<ContainerStatus> containers(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
    }
}
