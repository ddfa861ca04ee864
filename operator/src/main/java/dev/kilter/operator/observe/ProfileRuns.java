package dev.kilter.operator.observe;

import dev.kilter.operator.build.Labels;
import dev.kilter.operator.plan.Evidence;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.ProfileSetup;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a profiling Job and its pod. Either may be gone, or be told of late. */
public final class ProfileRuns {

    /** The pod of a finished Job is told of apart from it: so long its report may be on its way. */
    private static final Duration REPORT_ON_ITS_WAY = Duration.ofMinutes(1);

    /** So long the cluster may take to tell that a Job has passed its deadline. */
    private static final Duration DEADLINE_TOLD = Duration.ofMinutes(5);

    private ProfileRuns() {}

    /**
     * What became of it.
     *
     * @param pods of profiling Jobs of the namespace
     */
    public static ProfileRun of(Job job, List<Pod> pods, Instant now) {
        Map<String, String> labels = job.getMetadata().getLabels();
        String attempt = job.getMetadata().getAnnotations().getOrDefault(Labels.ATTEMPT, "1");
        Optional<Pod> pod = pods.stream()
                .filter(each -> each.getMetadata().getOwnerReferences().stream()
                        .anyMatch(
                                owner -> owner.getUid().equals(job.getMetadata().getUid())))
                .findFirst();
        // What the Job itself runs: class and specification may have changed since it was made.
        Container container =
                job.getSpec().getTemplate().getSpec().getContainers().getFirst();
        RuntimeConfig config = config(container);
        return new ProfileRun(
                job.getMetadata().getName(),
                owner(job),
                labels.getOrDefault(Labels.ACCELERATOR_CLASS, ""),
                labels.getOrDefault(Labels.SOURCE, ""),
                provider(config),
                setup(container, config.engine()),
                Integer.parseInt(attempt),
                state(job, pod, now));
    }

    private static String owner(Job job) {
        return job.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .findFirst()
                .orElse("");
    }

    private static RuntimeConfig config(Container container) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(RuntimeConfig.ENVIRONMENT))
                .map(EnvVar::getValue)
                .map(text -> Json.read(text, RuntimeConfig.class))
                .findFirst()
                .orElse(new RuntimeConfig(List.of(), new RuntimeConfig.Engine("", 1, 1)));
    }

    private static String provider(RuntimeConfig config) {
        String asked = config.engine().provider();
        return config.models().stream()
                .flatMap(model -> model.variants().stream())
                .map(variant -> Evidence.provider(variant.uri(), asked))
                .findFirst()
                .orElse(asked);
    }

    private static ProfileSetup setup(Container container, RuntimeConfig.Engine engine) {
        ResourceRequirements resources =
                Optional.ofNullable(container.getResources()).orElseGet(ResourceRequirements::new);
        return new ProfileSetup(
                container.getImage(),
                ProfileSetup.ceiling(
                        Optional.ofNullable(resources.getRequests()).orElse(Map.of()),
                        Optional.ofNullable(resources.getLimits()).orElse(Map.of())),
                engine.instances(),
                engine.threads());
    }

    private static ProfileRun.State state(Job job, Optional<Pod> pod, Instant now) {
        Optional<ContainerStatus> container = pod.flatMap(ProfileRuns::container);
        Optional<ContainerStateTerminated> ended =
                container.map(ContainerStatus::getState).flatMap(state -> Optional.ofNullable(state.getTerminated()));
        Optional<JobCondition> failed = condition(job, "Failed");
        if (failed.isPresent()) {
            return failed(failed.get(), pod, ended);
        }
        Optional<JobCondition> complete = condition(job, "Complete");
        if (complete.isEmpty()) {
            return unfinished(job, pod, now);
        }
        Instant at = Instant.parse(complete.get().getLastTransitionTime());
        if (ended.isPresent()) {
            return new ProfileRun.Succeeded(
                    Optional.ofNullable(ended.get().getMessage()).orElse(""),
                    container
                            .map(ContainerStatus::getImageID)
                            .filter(id -> id.contains("@sha256:"))
                            .orElse(""),
                    at);
        }
        Instant until = at.plus(REPORT_ON_ITS_WAY);
        return now.isBefore(until)
                ? new ProfileRun.Running(until)
                : new ProfileRun.Failed("ReportLost", "its pod is gone, and its report with it", at, true);
    }

    private static ProfileRun.Failed failed(
            JobCondition failed, Optional<Pod> pod, Optional<ContainerStateTerminated> ended) {
        Optional<PodStatus> status = pod.map(Pod::getStatus);
        // The program's own words tell most, then the kubelet's (evicted, out of memory), then the Job's.
        String said = Stream.of(
                        ended.map(ContainerStateTerminated::getMessage),
                        status.map(PodStatus::getMessage),
                        Optional.ofNullable(failed.getMessage())
                                .map(text -> pod.isPresent() ? text : text + "; its pod is gone"))
                .flatMap(Optional::stream)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("no reason was told");
        boolean late = "DeadlineExceeded".equals(failed.getReason());
        return new ProfileRun.Failed(
                late ? "DeadlineExceeded" : "ProfileFailed",
                said.strip(),
                Instant.parse(failed.getLastTransitionTime()),
                true);
    }

    /** Whoever runs Jobs ends one that is past its deadline; where nobody does, it must not run for ever. */
    private static ProfileRun.State unfinished(Job job, Optional<Pod> pod, Instant now) {
        String started = job.getStatus() == null || job.getStatus().getStartTime() == null
                ? job.getMetadata().getCreationTimestamp()
                : job.getStatus().getStartTime();
        Duration allowed = Duration.ofSeconds(
                Optional.ofNullable(job.getSpec().getActiveDeadlineSeconds()).orElse(0L));
        Instant until = Optional.ofNullable(started)
                .map(Instant::parse)
                .orElse(now)
                .plus(allowed)
                .plus(DEADLINE_TOLD);
        if (now.isBefore(until)) {
            return new ProfileRun.Running(until);
        }
        String of = pod.map(Pod::getStatus)
                .map(status -> "its pod is " + status.getPhase())
                .orElse("it has no pod");
        return new ProfileRun.Failed(
                "DeadlineExceeded", "neither done nor failed within " + allowed.toSeconds() + "s; " + of, until, true);
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
