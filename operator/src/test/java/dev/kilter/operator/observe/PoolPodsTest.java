package dev.kilter.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolPodsTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state: {terminated: {exitCode: 3, reason: Error, message: another digest}}",
                "state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}}, lastState: {terminated: {exitCode: 3, message: another digest}}",
                "state: {waiting: {reason: CrashLoopBackOff, message: back-off 5m0s}}, lastState: {terminated: {exitCode: 3, message: another digest}}",
                "state: {running: {}}, lastState: {terminated: {exitCode: 3, message: another digest}}",
            })
    void aPodThatDoesNotStartIsToldByItsLastWordsFromAttemptToAttempt(String states) {
        assertThat(of(container("ready: false, " + states)).failing()).contains("pod intent-a: another digest");
    }

    @Test
    void aPodThatServesIsWellWhateverWasBefore() {
        assertThat(of(container("ready: true, state: {running: {}}, lastState: {terminated: {exitCode: 137}}")))
                .isEqualTo(new PoolPods(0, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void aPodOnItsWayIsWell() {
        assertThat(of(container("ready: false, state: {waiting: {reason: ContainerCreating}}"))
                        .failing())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reason: ErrImagePull, message: 'failed to resolve: not found'",
                "reason: ImagePullBackOff, message: 'Back-off pulling image \"x\": ErrImagePull: failed to resolve: not found'",
            })
    void anImageThatIsNotThereIsToldFromAttemptToAttempt(String waiting) {
        assertThat(of(container("ready: false, state: {waiting: {" + waiting + "}}"))
                        .failing())
                .contains("pod intent-a: image x cannot be pulled: failed to resolve: not found");
    }

    @Test
    void whatNeedsMoreMemoryIsToldWithItsLimitAndWhereToRaiseIt() {
        assertThat(of(container("ready: false, state: {running: {}}, lastState: {terminated: "
                                + "{exitCode: 137, reason: OOMKilled}}"))
                        .failing())
                .contains("pod intent-a: OOMKilled: it needs more memory than its limit of 768Mi; raise"
                        + " spec.pod.resources, or perReplica.resources of its class");
    }

    @Test
    void aPodThatFindsNoNodeIsTold() {
        assertThat(of("{phase: Pending, conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable, "
                                + "message: 0/2 nodes are available}]}")
                        .unscheduled())
                .contains("pod intent-a finds no node: 0/2 nodes are available");
    }

    @Test
    void aPodThatTheApiServerRefusesIsTold() {
        Deployment deployment = YAML.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: intent-1}
                status:
                  conditions:
                  - {type: ReplicaFailure, status: "True", reason: FailedCreate, message: "exceeded quota: pods=1"}
                """, Deployment.class);
        assertThat(PoolPods.of(Optional.of(deployment), List.of()).refused())
                .contains("the API server refuses a pod: exceeded quota: pods=1");
    }

    private static String container(String fields) {
        return "{phase: Running, containerStatuses: [{name: server, image: x, imageID: \"\", restartCount: 1, " + fields
                + "}]}";
    }

    private static PoolPods of(String status) {
        Pod pod = YAML.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: intent-a}
                spec: {containers: [{name: server, resources: {limits: {memory: 768Mi}}}]}
                status: %s
                """.formatted(status), Pod.class);
        return PoolPods.of(Optional.empty(), List.of(pod));
    }
}
