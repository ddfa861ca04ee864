package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.status.StatusPace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes come, tell of themselves and get labels: that wakes those alone whom it gives or takes a class. */
class NodeEventsIT extends WithOperator {

    private static final int NODES = 100;
    private static final int ON_CPU = 20;
    private static final Duration SOON = Duration.ofSeconds(3);
    /** A namespace's routes are written every 10 s at most; whoever met a write just done asks again after that. */
    private static final Duration LONGER_THAN_ROUTES_ARE_PUT_OFF = Duration.ofSeconds(12);

    private static final String ON_T4 = RunningOperator.EMBEDDER
            .replace("name: embedder", "name: on-t4")
            .replace("acceleratorClasses: [cpu]", "acceleratorClasses: [t4]");

    /** What wakes by itself would be counted. */
    @Override
    Duration lookAgain() {
        return KilterOperator.LOOK_AGAIN;
    }

    @Test
    void onlyAClassesFirstNodeAndItsLastWakeAnybody() {
        World world = new World(client, "nodes");
        // Neighbours in a namespace share its routes, and are woken by them.
        World apart = new World(client, "nodes-apart");
        create(0);
        // Else each pool's first status, which waits so long for news of its pods, wakes somebody in between.
        running.passes(StatusPace.FIRST);
        IntStream.range(0, ON_CPU)
                .forEach(number ->
                        world.apply(RunningOperator.EMBEDDER.replace("name: embedder", "name: on-cpu-" + number)));
        apart.apply(ON_T4);
        world.eventually(() -> world.routed().size() == ON_CPU);
        apart.eventually(() -> apart.condition("on-t4", "Stalled")
                .filter(stalled -> stalled.message().contains("no node of class t4"))
                .isPresent());

        double before = atRest(LONGER_THAN_ROUTES_ARE_PUT_OFF);
        long since = System.nanoTime();
        List<Node> more = IntStream.range(1, NODES).mapToObj(this::create).toList();
        more.forEach(this::heartbeat);
        more.forEach(node -> label(node, "nvidia.com/gfd.timestamp", "1767225600"));
        double all = atRest(SOON);
        // Who lacks a class looks again by itself now and then.
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        assertThat(all - before)
                .as("reconciles, of %s new nodes, in %s", NODES - 1, took)
                .isLessThanOrEqualTo(2.0 * (1 + took.dividedBy(lookAgain())));

        label(more.getFirst(), "nvidia.com/gpu.product", "Tesla-T4");
        apart.eventually(() -> apart.status("on-t4", "Planned").equals("True"));
        assertThat(atRest(SOON) - before)
                .as("reconciles, of the first node of a class that one of %s may use", ON_CPU + 1)
                .isLessThan(ON_CPU);

        before = atRest(LONGER_THAN_ROUTES_ARE_PUT_OFF);
        client.resource(more.getFirst()).delete();
        apart.eventually(() -> apart.condition("on-t4", "Stalled")
                .filter(stalled -> stalled.status().equals("True"))
                .isPresent());
        assertThat(atRest(SOON) - before)
                .as("reconciles, of the last node of that class")
                .isLessThan(ON_CPU);
    }

    /** The reconciles so far, once there have been none for a while. */
    private double atRest(Duration quiet) {
        return Await.rest("reconciles", quiet, running.operator.metrics::allReconciles);
    }

    private Node create(int number) {
        return client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-" + number)
                        .addToLabels("kubernetes.io/arch", "amd64")
                        .endMetadata()
                        .build())
                .create();
    }

    private void heartbeat(Node node) {
        client.nodes()
                .withName(node.getMetadata().getName())
                .editStatus(told -> new NodeBuilder(told)
                        .editOrNewStatus()
                        .withConditions(new NodeConditionBuilder()
                                .withType("Ready")
                                .withStatus("True")
                                .withLastHeartbeatTime(Instant.now().toString())
                                .build())
                        .endStatus()
                        .build());
    }

    private void label(Node node, String key, String value) {
        client.nodes()
                .withName(node.getMetadata().getName())
                .edit(found -> new NodeBuilder(found)
                        .editMetadata()
                        .addToLabels(key, value)
                        .endMetadata()
                        .build());
    }
}
