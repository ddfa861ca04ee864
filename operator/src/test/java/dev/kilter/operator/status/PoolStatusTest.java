package dev.kilter.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.observe.PoolPods;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolStatusTest {

    private static final String WAITS = "pod intent-x finds no node: 0/2 nodes are available";

    @Test
    void aSurgeThatFindsNoNodeIsNotLackingThoughAPodOfThoseWantedIsNotReady() {
        ServingPoolStatus told = of(3, 2, 3);
        assertThat(scheduled(told)).isEqualTo("True Scheduled: no pod waits for a node");
        assertThat(told.scheduledReplicas()).isEqualTo(3);
    }

    @Test
    void whatIsLackingIsCountedAndTold() {
        ServingPoolStatus told = of(3, 1, 1);
        assertThat(scheduled(told)).isEqualTo("False Unschedulable: 2 of 3 lack a node: " + WAITS);
        assertThat(told.scheduledReplicas()).isEqualTo(1);
        assertThat(scheduled(of(1, 0, 0))).isEqualTo("False Unschedulable: " + WAITS);
    }

    @Test
    void whatIsReadyHasANodeWhoeverTellsItFirst() {
        assertThat(of(3, 3, 2).scheduledReplicas()).isEqualTo(3);
    }

    /** One pod more waits for a node. */
    private static ServingPoolStatus of(int wanted, int ready, int scheduled) {
        ServingPool pool = new KubernetesSerialization().unmarshal("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ServingPool
                metadata: {name: intent-1, namespace: default}
                spec: {replicas: %d, configuration: {variants: []}}
                """.formatted(wanted), ServingPool.class);
        Deployment deployment = new DeploymentBuilder()
                .withNewStatus()
                .withReplicas(scheduled + 1)
                .withReadyReplicas(ready)
                .endStatus()
                .build();
        return PoolStatus.of(
                pool,
                Optional.of(deployment),
                new PoolPods(scheduled, Optional.empty(), Optional.of(WAITS), Optional.empty()),
                "",
                Optional.empty(),
                Instant.EPOCH);
    }

    private static String scheduled(ServingPoolStatus status) {
        return Conditions.find(status.conditions(), "Scheduled")
                .map(each -> each.status() + " " + each.reason() + ": " + each.message())
                .orElseThrow();
    }
}
