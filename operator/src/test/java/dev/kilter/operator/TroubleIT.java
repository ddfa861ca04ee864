package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.status.Conditions;
import dev.kilter.operator.status.StatusPace;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes wrong around an operator is told, and mends itself once it is mended. */
class TroubleIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;

    @Test
    void aDeploymentThatTheApiServerFindsInvalidIsToldInItsOwnWords() {
        World world = new World(client, "invalid");
        world.apply(EMBEDDER + "  pod: {resources: {requests: {cpu: 8}}}\n");
        world.eventually(() -> reason(world, "Stalled").equals("Refused"));
        assertThat(message(world, "Stalled"))
                .startsWith("Deployment invalid/embedder-")
                .contains("the API server refuses it: ")
                .contains("spec.template.spec.containers[0].resources.requests")
                .contains("must be less than or equal to cpu limit");
        assertThat(world.condition("embedder", "Ready").orElseThrow().reason()).isEqualTo("Refused");
        world.eventually(() -> events("invalid").stream()
                .anyMatch(event -> event.getReason().equals("Refused")
                        && event.getType().equals("Warning")
                        && event.getMessage().contains("must be less than or equal to cpu limit")));
        // Told once, not tried without end.
        double reconciles = running.operator.metrics.allReconciles();
        World.pause(3000);
        assertThat(running.operator.metrics.allReconciles() - reconciles).isLessThan(10);

        world.apply(EMBEDDER);
        world.eventually(() -> world.status("embedder", "Stalled").equals("False"));
        world.becomesReady(GatewayObjects.NAME);
        // The pool that could not run retires.
        world.becomesReady(world.deployment("embedder")
                .getStatus()
                .plan()
                .pools()
                .getFirst()
                .name());
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
    }

    @Test
    void aQuotaThatIsUsedUpIsToldUntilItIsRaised() {
        World world = new World(client, "quota");
        ResourceQuota quota = world.allowsNo("services");
        // The server goes by it a moment after it was written.
        world.eventually(() -> world.refuses("""
                apiVersion: v1
                kind: Service
                metadata: {name: probe}
                spec: {ports: [{port: 80}]}
                """));
        world.apply(EMBEDDER);
        world.eventually(() -> reason(world, "Stalled").equals("Refused"));
        assertThat(message(world, "Stalled"))
                .startsWith("Service quota/embedder: the API server refuses it: ")
                .contains("exceeded quota: none");

        client.resource(quota).delete();
        world.eventually(() -> world.status("embedder", "Stalled").equals("False"));
    }

    @Test
    void aFirstDeploymentThatIsNotReadyInTimeIsStalledUntilItIs() {
        World world = new World(client, "overdue");
        world.apply(EMBEDDER);
        world.eventually(() -> world.condition("embedder", "Ready")
                .filter(ready -> ready.reason().equals("PodsNotReady"))
                .isPresent());
        world.eventually(() -> !world.pools().isEmpty());
        // Its first status waits for news; that pods exist is none, but then it has waited.
        running.passes(StatusPace.FIRST);
        String pool = world.pools().getFirst().getMetadata().getName();
        world.eventually(() -> world.workload(pool) != null && World.tell(client, "overdue", pool, 0));
        world.eventually(() -> world.pools().getFirst().getStatus() != null);
        running.settle();
        running.passes(Duration.ofMinutes(11));
        running.touch("overdue");
        world.eventually(() -> reason(world, "Stalled").equals("ProgressDeadlineExceeded"));
        assertThat(message(world, "Stalled")).contains("was ready within 10m, its progressDeadline");
        world.eventually(() -> events("overdue").stream()
                .anyMatch(event -> event.getReason().equals("ProgressDeadlineExceeded")
                        && event.getType().equals("Warning")));

        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(world.status("embedder", "Stalled")).isEqualTo("False");
    }

    @Test
    void aQuotaOfGpusThatIsUsedUpIsToldWithItsNumbersUntilItIsRaised() {
        World world = new World(client, "gpus");
        ResourceQuota quota = world.usedUp("team-a", "requests.nvidia.com/gpu", "4");
        world.apply(EMBEDDER.replace("[cpu]", "[t4]"));
        world.eventually(() -> !world.pools().isEmpty());
        world.becomesReady(GatewayObjects.NAME);
        String pool = world.pools().getFirst().getMetadata().getName();

        assertThat(world.refusalOfAPod(pool)).isPresent();
        world.eventually(() -> reason(world, "Ready").equals("PodsRefused"));
        assertThat(message(world, "Ready"))
                .contains("exceeded quota: team-a")
                .contains("requested: requests.nvidia.com/gpu=1")
                .contains("used: requests.nvidia.com/gpu=4, limited: requests.nvidia.com/gpu=4");
        assertThat(world.status("embedder", "Stalled")).isEqualTo("False");

        client.resource(quota).delete();
        world.eventually(() -> world.refusalOfAPod(pool).isEmpty());
        world.becomesReady(pool);
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(reason(world, "Reconciling")).isEqualTo("Done");
    }

    @Test
    void anObjectOfAPoolsNameThatIsNotOursIsLeftAloneAndTold() {
        World before = new World(client, "named");
        before.apply(EMBEDDER);
        before.everythingBecomesReady();
        String name = before.pools().getFirst().getMetadata().getName();
        World world = new World(client, "nametaken");
        HasMetadata theirs = client.resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: nametaken}
                spec:
                  selector: {matchLabels: {a: b}}
                  template:
                    metadata: {labels: {a: b}}
                    spec: {containers: [{name: theirs, image: theirs}]}
                """.formatted(name)).create();
        world.apply(EMBEDDER);
        world.eventually(() -> reason(world, "Stalled").equals("NameTaken"));
        assertThat(message(world, "Stalled")).startsWith("Deployment nametaken/" + name + " exists");
        assertThat(world.workload(name).getMetadata().getUid())
                .isEqualTo(theirs.getMetadata().getUid());
        assertThat(world.workload(name)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getName())
                .isEqualTo("theirs");
    }

    @Test
    void whatTheFirstPodLoadedReachesTheNextWithoutMovingAny() {
        World world = new World(client, "pinned");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        String name = world.pools().getFirst().getMetadata().getName();
        running.settle();
        Long generation = world.workload(name).getMetadata().getGeneration();
        String digest = "sha256:" + "d".repeat(64);
        pin(world, name, digest);
        world.eventually(
                () -> client.configMaps().inNamespace("pinned").withName(name).get() != null);
        assertThat(client.configMaps()
                        .inNamespace("pinned")
                        .withName(name)
                        .get()
                        .getData())
                .containsExactly(Map.entry("digests.json", "{\"fp32\":\"" + digest + "\"}"));
        running.settle();
        assertThat(world.workload(name).getMetadata().getGeneration()).isEqualTo(generation);
        assertThat(world.pools().getFirst().getStatus().modelDigests())
                .containsExactly(new ServingPoolStatus.VariantDigest("fp32", digest));
    }

    /** As the autoscaler does. */
    private static void pin(World world, String pool, String digest) {
        ServingPool status = new ServingPool();
        status.getMetadata().setName(pool);
        status.getMetadata().setNamespace(world.namespace);
        status.setStatus(new ServingPoolStatus(
                null, null, null, null, null, List.of(new ServingPoolStatus.VariantDigest("fp32", digest)), null));
        client.resource(status)
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("kilter-autoscaler")
                        .withForce(false)
                        .build());
    }

    @Test
    void aPodThatRefusesItsModelIsToldInItsOwnWords() {
        World world = new World(client, "failing");
        world.apply(EMBEDDER);
        world.eventually(() -> !world.pools().isEmpty());
        pod(
                world,
                "{phase: Running, containerStatuses: [{name: server, image: x, imageID: '', ready: false, restartCount: 1, "
                        + "state: {waiting: {reason: CrashLoopBackOff}}, "
                        + "lastState: {terminated: {exitCode: 3, message: the digest is another}}}]}");
        world.eventually(() -> reason(world, "Ready").equals("PodsFailing"));
        assertThat(message(world, "Ready")).isEqualTo("0 of 1 pods ready; pod server-1: the digest is another");
        assertThat(reason(world, "Reconciling")).isEqualTo("PodsFailing");
        world.eventually(() ->
                events("failing").stream().anyMatch(event -> event.getReason().equals("PodsFailing")));
    }

    @Test
    void aClassWithoutRoomIsToldInConditionPlanAndEvent() {
        World world = new World(client, "full");
        world.apply(EMBEDDER);
        world.eventually(() -> !world.pools().isEmpty());
        pod(
                world,
                "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, "
                        + "message: 0/2 nodes are available}]}");
        world.eventually(() -> reason(world, "Ready").equals("Unschedulable"));
        running.passes(Duration.ofMinutes(6));
        running.touch("full");
        world.eventually(() -> reason(world, "Ready").equals("ClassFull"));
        assertThat(message(world, "Reconciling"))
                .isEqualTo(
                        "class cpu is full: for more than 5m, its provisioningTimeout, pod server-1 finds no node: 0/2"
                                + " nodes are available");
        assertThat(world.deployment("embedder")
                        .getStatus()
                        .plan()
                        .pools()
                        .getFirst()
                        .shortfall())
                .startsWith("class cpu is full");
        world.eventually(() ->
                events("full").stream().anyMatch(event -> event.getReason().equals("ClassFull")));
    }

    private static void pod(World world, String status) {
        String pool = world.pools().getFirst().getMetadata().getName();
        world.eventually(() -> world.workload(pool) != null);
        Pod pod = new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: server-1, namespace: %s}
                spec: {containers: [{name: server, image: x}]}
                status: %s
                """.formatted(world.namespace, status), Pod.class);
        pod.getMetadata()
                .setLabels(world.workload(pool)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels());
        Pod created = client.resource(pod).create();
        created.setStatus(pod.getStatus());
        client.resource(created).updateStatus();
    }

    @Test
    void anApiServerThatGoesAwayAndComesBackIsFollowedAgain() {
        World world = new World(client, "away");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        String pool = world.pools().getFirst().getMetadata().getName();

        running.link().cut();
        world.scale(pool, 4);
        World.pause(3000);
        assertThat(world.workload(pool).getSpec().getReplicas()).isEqualTo(1);
        running.link().mend();
        world.eventually(() -> world.workload(pool).getSpec().getReplicas() == 4);
        world.apply(EMBEDDER + "  scaling: {maxReplicas: 7}\n");
        world.eventually(() -> world.pools().getFirst().getSpec().scaling().maxReplicas() == 7);
    }

    private static List<Event> events(String namespace) {
        return client.v1().events().inNamespace(namespace).list().getItems();
    }

    private static String reason(World world, String type) {
        return world.condition("embedder", type).map(Condition::reason).orElse("none");
    }

    private static String message(World world, String type) {
        return Conditions.find(world.deployment("embedder").getStatus().conditions(), type)
                .map(Condition::message)
                .orElse("none");
    }
}
