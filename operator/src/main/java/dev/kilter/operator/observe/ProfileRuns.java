package dev.kilter.operator.observe;

import dev.kilter.operator.build.Labels;
import dev.kilter.operator.plan.ProfileRun;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a profiling Job and its pod. */
public final class ProfileRuns {

    private ProfileRuns() {}

    /**
     * What became of it.
     *
     * @param pods of profiling Jobs of the namespace
     */
    public static ProfileRun of(Job job, List<Pod> pods) {
        Map<String, String> labels = job.getMetadata().getLabels();
        String attempt = job.getMetadata().getAnnotations().getOrDefault(Labels.ATTEMPT, "1");
        Optional<Pod> pod = pods.stream()
                .filter(each -> each.getMetadata().getOwnerReferences().stream()
                        .anyMatch(
                                owner -> owner.getUid().equals(job.getMetadata().getUid())))
                .findFirst();
        return new ProfileRun(
                job.getMetadata().getName(),
                labels.getOrDefault(Labels.ACCELERATOR_CLASS, ""),
                labels.getOrDefault(Labels.SOURCE, ""),
                Integer.parseInt(attempt),
                state(job, pod));
    }

    private static ProfileRun.State state(Job job, Optional<Pod> pod) {
        Optional<JobCondition> failed = condition(job, "Failed");
        Optional<ContainerStatus> container = pod.flatMap(ProfileRuns::container);
        Optional<ContainerStateTerminated> ended =
                container.map(ContainerStatus::getState).flatMap(state -> Optional.ofNullable(state.getTerminated()));
        if (failed.isPresent()) {
            String said = ended.map(ContainerStateTerminated::getMessage)
                    .filter(message -> !message.isBlank())
                    .orElse(String.valueOf(failed.get().getMessage()));
            boolean late = "DeadlineExceeded".equals(failed.get().getReason());
            return new ProfileRun.Failed(
                    late ? "DeadlineExceeded" : "ProfileFailed",
                    said.strip(),
                    Instant.parse(failed.get().getLastTransitionTime()));
        }
        if (condition(job, "Complete").isPresent() && ended.isPresent()) {
            return new ProfileRun.Succeeded(
                    Optional.ofNullable(ended.get().getMessage()).orElse(""),
                    container
                            .map(ContainerStatus::getImageID)
                            .filter(id -> id.contains("@sha256:"))
                            .orElse(""));
        }
        return new ProfileRun.Running();
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        if (job.getStatus() == null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"))
                .findFirst();
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream().findFirst();
    }
}
