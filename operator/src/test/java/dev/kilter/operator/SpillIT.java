package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A class without room, against a real API server; the test plays scheduler, kubelet and autoscaler. */
class SpillIT extends WithOperator {

    private static final String ANYWHERE =
            RunningOperator.EMBEDDER.replace("acceleratorClasses: [cpu]", "acceleratorClasses: [cpu, t4]");

    @Test
    void aFullClassSpillsAndReturnsAndAllOfItIsTold() {
        World world = new World(client, "spill");
        world.apply(ANYWHERE);
        world.eventually(() -> !world.pools().isEmpty());
        String cpu = world.pools().getFirst().getMetadata().getName();
        world.becomesReady(GatewayObjects.NAME);
        tellPod(world, cpu, "{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/2 nodes}");
        world.eventually(() -> reason(world, "Ready").equals("Unschedulable"));
        passes(world, Duration.ofMinutes(6));

        world.eventually(() -> planned(world).equals(List.of("cpu", "t4")));
        world.eventually(() -> world.pools().size() == 2);
        String t4 = poolOn(world, "t4").getMetadata().getName();
        world.becomesReady(t4);
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(reason(world, "Placed")).isEqualTo("Spilled");
        assertThat(world.condition("embedder", "Placed").orElseThrow().message())
                .startsWith("fp32 on t4 stands in for cpu, full since ")
                .contains("1 of t4 at 0.35 an hour, where 1 of cpu would cost 0.05");
        // Both carry the traffic of one revision.
        world.eventually(() -> world.routes().models().getFirst().revisions().size() == 1);
        RouteTable.Revision revision =
                world.routes().models().getFirst().revisions().getFirst();
        assertThat(revision.pools()).extracting(RouteTable.Pool::name).containsExactlyInAnyOrder(cpu, t4);
        world.eventually(() -> client.v1().events().inNamespace("spill").list().getItems().stream()
                .anyMatch(event -> event.getReason().equals("Spilled")
                        && event.getMessage().contains("stands in for cpu")));
        running.rest(world);
        double writes = running.operator.metrics.allWrites();
        World.pause(3000);
        assertThat(running.operator.metrics.allWrites()).isEqualTo(writes);

        tellPod(world, cpu, "{type: PodScheduled, status: 'True'}");
        world.becomesReady(cpu);
        world.scale(t4, 0);
        world.eventually(() -> scheduled(poolOn(world, "cpu")));
        passes(world, Duration.ofMinutes(6));
        world.eventually(() -> planned(world).equals(List.of("cpu")));
        world.eventually(() -> reason(world, "Placed").equals("AsPlanned"));
        passes(world, Duration.ofMinutes(1));
        world.eventually(() -> world.pools().size() == 1);
        assertThat(world.deployment("embedder").getStatus().history())
                .extracting(InferenceDeploymentStatus.Event::reason)
                .anyMatch(reason -> reason.startsWith("class cpu has had room since ")
                        && reason.endsWith("t4 no longer stands in"));
    }

    private static void passes(World world, Duration time) {
        running.passes(time);
        running.touch(world.namespace);
    }

    private static List<String> planned(World world) {
        return world.deployment("embedder").getStatus().plan().pools().stream()
                .map(Plan.Pool::acceleratorClass)
                .toList();
    }

    private static ServingPool poolOn(World world, String onClass) {
        return world.pools().stream()
                .filter(pool ->
                        pool.getSpec().configuration().acceleratorClass().equals(onClass))
                .findFirst()
                .orElseThrow();
    }

    private static boolean scheduled(ServingPool pool) {
        return pool.getStatus().conditions().stream()
                .anyMatch(
                        each -> each.type().equals("Scheduled") && each.status().equals("True"));
    }

    private static String reason(World world, String type) {
        return world.condition("embedder", type).map(each -> each.reason()).orElse("none");
    }

    /** The pool's one pod, as the scheduler tells of it. */
    private static void tellPod(World world, String pool, String condition) {
        world.eventually(() -> world.workload(pool) != null);
        Pod pod = new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: server-1, namespace: %s}
                spec: {containers: [{name: server, image: x}]}
                status: {phase: Pending, conditions: [%s]}
                """.formatted(world.namespace, condition), Pod.class);
        pod.getMetadata()
                .setLabels(world.workload(pool)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels());
        Pod there =
                client.pods().inNamespace(world.namespace).withName("server-1").get();
        Pod created = there == null ? client.resource(pod).create() : there;
        created.setStatus(pod.getStatus());
        client.resource(created).updateStatus();
    }
}
