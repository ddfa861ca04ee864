package dev.kilter.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.Examples;
import dev.kilter.operator.plan.ProfileRun;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileRunsTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String COMPLETE =
            "{startTime: \"2026-01-01T00:00:00Z\", conditions: [{type: Complete, status: \"True\", lastTransitionTime: \"2026-01-01T00:10:00Z\"}]}";

    @Test
    void aFinishedJobWhosePodIsGoneHasLostItsReport() {
        assertThat(state(COMPLETE, List.of(), 10 * 60 + 59))
                .isEqualTo(new ProfileRun.Running(START.plusSeconds(11 * 60)));
        assertThat(state(COMPLETE, List.of(), 11 * 60))
                .isEqualTo(new ProfileRun.Failed(
                        "ReportLost", "its pod is gone, and its report with it", START.plusSeconds(600), true));
    }

    @Test
    void aFinishedJobTellsItsReport() {
        Pod pod = pod("{phase: Succeeded, containerStatuses: [{name: server, image: x, imageID: \"\", ready: false, "
                + "restartCount: 0, state: {terminated: {exitCode: 0, message: the report}}}]}");
        assertThat(state(COMPLETE, List.of(pod), 601))
                .isEqualTo(new ProfileRun.Succeeded("the report", "", START.plusSeconds(600)));
    }

    @Test
    void aJobThatNobodyEndsHasFailedAtItsDeadline() {
        assertThat(state("{}", List.of(), 0)).isEqualTo(new ProfileRun.Running(START.plusSeconds(1830 + 300)));
        assertThat(state("{}", List.of(), 1830 + 299)).isInstanceOf(ProfileRun.Running.class);
        assertThat(state("{}", List.of(), 1830 + 300))
                .isEqualTo(new ProfileRun.Failed(
                        "DeadlineExceeded",
                        "neither done nor failed within 1830s; it has no pod",
                        START.plusSeconds(1830 + 300),
                        true));
    }

    @Test
    void anEvictedPodIsToldByItsOwnStatus() {
        String failed =
                "{conditions: [{type: Failed, status: \"True\", reason: BackoffLimitExceeded, message: Job has reached"
                        + " the specified backoff limit, lastTransitionTime: \"2026-01-01T00:01:00Z\"}]}";
        Pod evicted = pod("{phase: Failed, reason: Evicted, message: The node was low on resource memory.}");
        assertThat(state(failed, List.of(evicted), 70))
                .isEqualTo(new ProfileRun.Failed(
                        "ProfileFailed", "The node was low on resource memory.", START.plusSeconds(60), true));
        assertThat(state(failed, List.of(), 70))
                .isEqualTo(new ProfileRun.Failed(
                        "ProfileFailed",
                        "Job has reached the specified backoff limit; its pod is gone",
                        START.plusSeconds(60),
                        true));
    }

    @Test
    void theSetupIsTheJobsOwnWhateverTheClassHasBecome() {
        ProfileRun run = ProfileRuns.of(job("{}"), List.of(), START);
        assertThat(run.setup().image()).isEqualTo(Examples.RUNTIME_IMAGE);
        assertThat(run.setup().threads()).isEqualTo(2);
        assertThat(run.setup().instances()).isEqualTo(1);
        assertThat(run.setup().resources()).containsExactlyEntriesOf(Map.of("cpu", new Quantity("2")));
        assertThat(run.attempt()).isEqualTo(3);
        assertThat(run.owner()).isEqualTo("u-intent");
        assertThat(run.provider()).isEqualTo("TensorRT");
    }

    private static ProfileRun.State state(String status, List<Pod> pods, int second) {
        return ProfileRuns.of(job(status), pods, START.plusSeconds(second)).state();
    }

    private static Job job(String status) {
        return YAML.unmarshal("""
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: intent-profile-1
                  uid: u-job
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  labels: {serving.kilter.dev/acceleratorclass: t4, serving.kilter.dev/source: 0a0b0c0d}
                  ownerReferences: [{apiVersion: serving.kilter.dev/v1alpha1, kind: InferenceDeployment, name: intent, uid: u-intent}]
                  annotations: {serving.kilter.dev/attempt: "3"}
                spec:
                  activeDeadlineSeconds: 1830
                  template:
                    spec:
                      containers:
                      - name: server
                        image: kilter/kilter-serving-runtime:1
                        env:
                        - name: KILTER_RUNTIME_CONFIG
                          value: '{"models": [], "engine": {"provider": "TensorRT", "instances": 1, "threads": 2}}'
                        resources: {requests: {cpu: 500m}, limits: {cpu: 2}}
                status: %s
                """.formatted(status), Job.class);
    }

    private static Pod pod(String status) {
        return YAML.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: intent-profile-1-x
                  ownerReferences: [{apiVersion: batch/v1, kind: Job, name: intent-profile-1, uid: u-job}]
                spec: {containers: []}
                status: %s
                """.formatted(status), Pod.class);
    }
}
