package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** The operator on a real API server; the test plays kubelet, Deployment and Job controllers. */
class OperatorIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;

    @Test
    void anAppliedDeploymentIsServed() {
        World world = new World(client, "served");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));

        InferenceDeployment deployment = world.deployment("embedder");
        assertThat(deployment.getStatus().url()).isEqualTo("http://embedder.served.svc");
        assertThat(deployment.getStatus().observedGeneration()).isEqualTo(1);
        assertThat(world.status("embedder", "Reconciling")).isEqualTo("False");
        assertThat(world.status("embedder", "Stalled")).isEqualTo("False");
        assertThat(world.status("embedder", "TrafficAvailable")).isEqualTo("True");
        Plan.Pool planned = deployment.getStatus().plan().pools().getFirst();
        assertThat(planned.evidence()).isEqualTo("unmeasured");
        ServingPool pool = world.pools().getFirst();
        assertThat(pool.getMetadata().getName()).isEqualTo(planned.name()).matches("embedder-[0-9a-f]{8}");
        assertThat(world.routes().models())
                .containsExactly(new RouteTable.Model(
                        "embedder",
                        100,
                        List.of(new RouteTable.Revision(
                                pool.getSpec().revision(), 100, List.of(new RouteTable.Pool(planned.name(), 1))))));
        assertThat(client.services()
                        .inNamespace("served")
                        .withName(planned.name())
                        .get()
                        .getSpec()
                        .getClusterIP())
                .isEqualTo("None");
    }

    @Test
    void everythingIsOwnedSoThatADeleteCascades() {
        World world = new World(client, "owned");
        world.apply(EMBEDDER);
        world.apply(EMBEDDER.replace("name: embedder}", "name: second}"));
        world.eventually(() -> world.pools().size() == 2);
        world.everythingBecomesReady();
        // The gateway is applied after its routes, and a status after what it tells of.
        world.eventually(() -> owners(world.workload(GatewayObjects.NAME)).size() == 2);
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        String uid = world.deployment("embedder").getMetadata().getUid();
        String poolName = world.deployment("embedder")
                .getStatus()
                .plan()
                .pools()
                .getFirst()
                .name();
        ServingPool pool = client.resources(ServingPool.class)
                .inNamespace("owned")
                .withName(poolName)
                .get();
        Service service =
                client.services().inNamespace("owned").withName("embedder").get();

        assertThat(owners(pool)).containsExactly(uid);
        assertThat(owners(service)).containsExactly(uid);
        assertThat(owners(world.workload(poolName)))
                .containsExactly(pool.getMetadata().getUid());
        assertThat(owners(world.workload(GatewayObjects.NAME)))
                .containsExactlyInAnyOrder(
                        uid, world.deployment("second").getMetadata().getUid());

        client.resource(world.deployment("embedder")).delete();
        world.eventually(() -> world.routed().equals(List.of("second")));
    }

    @Test
    void theRoutesFollowWhoeverComesAndLeaves() {
        World world = new World(client, "leaving");
        world.apply(EMBEDDER);
        // Which cache hears first of a deletion differs from time to time.
        for (int round = 0; round < 8; round++) {
            String guest = "guest-" + round;
            world.apply(EMBEDDER.replace("name: embedder}", "name: " + guest + "}"));
            world.eventually(() -> world.condition(guest, "Planned").isPresent());
            later(world);
            world.eventually(() -> world.routed().equals(List.of("embedder", guest)));
            client.resource(world.deployment(guest)).delete();
            world.eventually(() -> world.deployment(guest) == null);
            later(world);
            world.eventually(() -> world.routed().equals(List.of("embedder")));
        }
    }

    /** Where nothing is ready nobody waits for routes: they are not written at once. */
    private static void later(World world) {
        running.passes(Duration.ofSeconds(11));
        running.touch(world.namespace);
    }

    private static List<String> owners(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .map(owner -> owner.getUid())
                .toList();
    }

    @Test
    void nothingIsWrittenAtRest() {
        World world = new World(client, "rest");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        running.rest(world);

        double writes = running.operator.metrics.allWrites();
        running.lookAgain(world);
        // The user's tool applies the same again and again.
        world.apply(EMBEDDER);
        world.apply(EMBEDDER);
        running.settle();
        assertThat(running.operator.metrics.allWrites()).isEqualTo(writes);
        assertThat(world.deployment("embedder").getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void allErrorsStandInTheStatusAtOnce() {
        World world = new World(client, "invalid");
        world.apply(EMBEDDER.replace("https://models.example/embedder.onnx", "s3://bucket")
                .replace("[cpu]", "[h100]")
                .replace("  slo:", "  serviceAccountName: nobody\n  slo:"));
        world.eventually(() -> world.status("embedder", "Stalled").equals("True"));
        assertThat(world.condition("embedder", "Stalled").orElseThrow().reason())
                .isEqualTo("Invalid");
        assertThat(world.condition("embedder", "Stalled").orElseThrow().message())
                .contains("spec.model.variants[fp32].uri: s3://bucket (expected: s3://BUCKET/KEY)")
                .contains("spec.hardware.acceleratorClasses: h100 (expected: ")
                .contains("spec.serviceAccountName: nobody (expected: ");
        assertThat(world.pools()).isEmpty();
        world.apply(EMBEDDER);
        world.eventually(() -> world.status("embedder", "Stalled").equals("False"));
    }

    @Test
    void anObjectThatIsNotOursIsLeftAlone() {
        World world = new World(client, "taken");
        Service theirs = client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("embedder")
                        .withNamespace("taken")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(5432)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        world.apply(EMBEDDER);
        world.eventually(() -> world.status("embedder", "Stalled").equals("True"));
        assertThat(world.condition("embedder", "Stalled").orElseThrow().reason())
                .isEqualTo("NameTaken");
        assertThat(world.condition("embedder", "Stalled").orElseThrow().message())
                .startsWith("Service taken/embedder exists");
        assertThat(world.pools()).isEmpty();
        assertThat(client.resource(theirs).get().getMetadata().getResourceVersion())
                .isEqualTo(theirs.getMetadata().getResourceVersion());
    }

    @Test
    void replicasBelongToWhoeverScales() {
        World world = new World(client, "scaled");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        String pool = world.pools().getFirst().getMetadata().getName();

        world.scale(pool, 3);
        world.eventually(() -> world.workload(pool).getSpec().getReplicas() == 3);
        world.apply(EMBEDDER + "  scaling: {maxReplicas: 7}\n");
        world.eventually(() -> world.pools().getFirst().getSpec().scaling().maxReplicas() == 7);
        running.settle();
        assertThat(world.pools()).hasSize(1);
        assertThat(world.pools().getFirst().getSpec().replicas()).isEqualTo(3);
        assertThat(world.workload(pool).getSpec().getReplicas()).isEqualTo(3);
        assertThat(world.pools().getFirst().getStatus().selector()).contains("serving.kilter.dev/pool=" + pool);
    }

    @Test
    void twoOperatorsAtOnceDoNotFight() {
        World world = new World(client, "twice");
        try (KilterOperator second = running.another()) {
            second.start();
            world.apply(EMBEDDER);
            world.everythingBecomesReady();
            world.eventually(() -> world.status("embedder", "Ready").equals("True"));
            DoubleSupplier both = () -> running.operator.metrics.allWrites() + second.metrics.allWrites();
            running.rest(world);
            double writes = Await.rest("both operators' writes", Duration.ofSeconds(3), both);
            double reconciles = second.metrics.allReconciles();
            running.lookAgain(world);
            world.eventually(() -> second.metrics.allReconciles() > reconciles);
            Await.rest("both operators' writes", Duration.ofSeconds(3), both);
            assertThat(both.getAsDouble()).isEqualTo(writes);
            assertThat(world.pools()).hasSize(1);
        }
    }

    @Test
    void aPausedDeploymentIsNotTouched() {
        World world = new World(client, "paused");
        world.apply(EMBEDDER.replace(
                "name: embedder}", "name: embedder, annotations: {serving.kilter.dev/paused: \"true\"}}"));
        world.eventually(() -> world.condition("embedder", "Planned")
                .filter(condition -> condition.reason().equals("Paused"))
                .isPresent());
        assertThat(world.pools()).isEmpty();
        String would = world.condition("embedder", "Planned").orElseThrow().message();
        assertThat(would)
                .matches(
                        "once it is no longer paused: embedder-[0-9a-f]{8} as fp32 on cpu, 1 x, batches of \\d+ \\(.*\\)");
        assertThat(world.deployment("embedder").getStatus().plan()).isNull();

        world.apply(EMBEDDER);
        world.eventually(() -> !world.pools().isEmpty());
        world.eventually(() -> world.condition("embedder", "Planned")
                .filter(condition -> condition.status().equals("True"))
                .isPresent());
        String pool = world.pools().getFirst().getMetadata().getName();
        assertThat(would).contains(pool);

        // Paused again with another objective: what that would mean is told, and nothing is done.
        world.apply(EMBEDDER.replace(
                        "name: embedder}", "name: embedder, annotations: {serving.kilter.dev/paused: \"true\"}}")
                .replace("p99: 100ms", "p99: 80ms"));
        world.eventually(() -> world.condition("embedder", "Planned")
                .filter(condition -> condition.message().endsWith("(the specification changed)"))
                .isPresent());
        assertThat(world.pools())
                .extracting(each -> each.getMetadata().getName())
                .containsExactly(pool);
        assertThat(world.deployment("embedder")
                        .getStatus()
                        .plan()
                        .pools()
                        .getFirst()
                        .name())
                .isEqualTo(pool);
    }
}
