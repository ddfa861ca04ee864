package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.Labels;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.DemandSummary.Arm;
import dev.kilter.protocol.DemandSummary.Trial;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** New revisions on a real API server; the test plays kubelet, autoscaler and time. */
class RolloutIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;
    private static final String CHANGED = EMBEDDER.replace("p99: 100ms", "p99: 80ms");

    @Test
    void aChangeOfSpecShiftsTrafficByStepsOnceTheNewPodsAreReady() {
        World world = new World(client, "steps");
        String old = serve(world);
        String fresh = change(world, old);
        world.eventually(() -> world.status("embedder", "Reconciling").equals("True"));
        assertThat(share(world, old)).isEqualTo(100);
        assertThat(share(world, fresh)).isZero();
        assertThat(world.status("embedder", "TrafficAvailable")).isEqualTo("True");
        assertThat(world.condition("embedder", "Ready").orElseThrow().reason()).isEqualTo("RollingOut");

        world.becomesReady(fresh);
        world.eventually(() -> share(world, fresh) == 10 && share(world, old) == 90);
        routed(world, 10, 90);
        assertThat(candidates(world)).containsExactly(10);
        later(world, Duration.ofSeconds(30)); // Of what is no news in itself the status tells twice a minute.
        world.eventually(() ->
                world.condition("embedder", "Ready").orElseThrow().message().contains("10 %"));
        assertThat(world.status("embedder", "TrafficAvailable")).isEqualTo("True");

        for (int share : List.of(20, 40, 80, 100)) { // Nobody reports: time decides.
            later(world, Duration.ofMinutes(3));
            world.eventually(() -> share(world, fresh) == share);
        }
        // At once, since others wait for it; half a minute later the old revision goes.
        world.eventually(() -> shares(world).equals(List.of(0, 100)));
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(history(world))
                .extracting(InferenceDeploymentStatus.Event::type)
                .containsExactly("Plan", "Plan", "Rollout");

        later(world, Duration.ofMinutes(1));
        world.eventually(() -> world.pools().size() == 1);
        routed(world, 100);
        assertThat(candidates(world)).isEmpty();
        assertThat(world.pools().getFirst().getMetadata().getName()).isEqualTo(fresh);
    }

    @Test
    void aRevisionThatIsNeverReadyIsHeldWithoutPodsUntilItsRecordIsDeleted() {
        World world = new World(client, "never");
        String old = serve(world);
        String fresh = change(world, old);

        later(world, Duration.ofMinutes(11));
        world.eventually(() -> world.status("embedder", "Stalled").equals("True"));
        Condition stalled = world.condition("embedder", "Stalled").orElseThrow();
        assertThat(stalled.reason()).isEqualTo("RolledBack");
        assertThat(stalled.message()).contains("not ready within 10m", "delete ServingPool " + fresh);
        assertThat(world.status("embedder", "Reconciling")).isEqualTo("False");
        assertThat(world.status("embedder", "Ready")).isEqualTo("False");
        assertThat(world.status("embedder", "TrafficAvailable")).isEqualTo("True");
        assertThat(history(world).getLast().reason()).startsWith("rolled back: ");
        world.eventually(() -> world.workload(fresh).getSpec().getReplicas() == 0);
        assertThat(share(world, old)).isEqualTo(100);

        try (KilterOperator second = running.another()) { // One that knows nothing but what is in the cluster.
            second.start();
            later(world, Duration.ofMinutes(30));
            running.settle();
        }
        assertThat(share(world, fresh)).isZero();
        assertThat(world.workload(fresh).getSpec().getReplicas()).isZero();

        client.resources(ServingPool.class).inNamespace("never").withName(fresh).delete();
        client.resource(world.workload(fresh)).delete(); // Nobody but the test plays the garbage collector.
        world.eventually(() -> world.pools().size() == 2 && replicas(world, fresh) == 1);
        world.becomesReady(fresh);
        world.eventually(() -> share(world, fresh) == 10);
        // Nobody but the test plays the garbage collector: what is left of the deleted pool stands in the way here.
        world.eventually(() ->
                !world.condition("embedder", "Stalled").orElseThrow().reason().equals("RolledBack"));
    }

    @Test
    void aRevisionThatIsMeasuredToBeWorseGivesItsShareBack() {
        World world = new World(client, "worse");
        String old = serve(world);
        String fresh = change(world, old);
        world.becomesReady(fresh);
        world.eventually(() -> share(world, fresh) == 10);

        report(
                world,
                new Arm(revision(world, fresh), 10, 200, 60, 0, 12),
                new Arm(revision(world, old), 90, 1800, 4, 0, 0));
        world.eventually(() -> world.status("embedder", "Stalled").equals("True"));
        assertThat(world.condition("embedder", "Stalled").orElseThrow().message())
                .contains("at 10 % of the traffic 60 of its 200 requests missed the objective (30.0 %, allowed 2.0 %)")
                .contains("of the other's 1800 at the same time 4 (0.2 %)");
        assertThat(share(world, old)).isEqualTo(100);
        routed(world, 0, 100);

        world.apply(EMBEDDER); // The way back is to say so.
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(share(world, old)).isEqualTo(100);
        later(world, Duration.ofMinutes(1));
        world.eventually(() -> world.pools().size() == 1);
    }

    private static String serve(World world) {
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        return world.pools().getFirst().getMetadata().getName();
    }

    private static String change(World world, String old) {
        world.apply(CHANGED);
        world.eventually(() -> world.pools().size() == 2);
        return world.pools().stream()
                .map(pool -> pool.getMetadata().getName())
                .filter(name -> !name.equals(old))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the gateway is told of these shares; of what nobody waits for it is told every 10 s. */
    private static void routed(World world, Integer... shares) {
        later(world, Duration.ofSeconds(10));
        world.eventually(() -> shares(world).equals(List.of(shares)));
    }

    private static void later(World world, Duration time) {
        running.passes(time);
        running.touch(world.namespace);
    }

    /** As the autoscaler publishes it. */
    private static void report(World world, Arm... arms) {
        long now = running.now().toEpochMilli();
        DemandSummary demand = new DemandSummary(
                "embedder",
                now,
                100,
                100,
                Optional.empty(),
                Optional.empty(),
                300,
                true,
                List.of(),
                List.of(),
                List.of(),
                Optional.of(new Trial(now, List.of(arms))));
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("embedder" + DemandSummary.CONFIG_MAP_SUFFIX)
                        .withNamespace(world.namespace)
                        .addToLabels(Labels.PART_OF, "kilter")
                        .endMetadata()
                        .addToData(DemandSummary.KEY, Json.write(demand))
                        .build())
                .create();
    }

    private static List<InferenceDeploymentStatus.Event> history(World world) {
        return world.deployment("embedder").getStatus().history();
    }

    /** Of the model's revisions at the gateway. */
    private static List<Integer> shares(World world) {
        return world.routes().models().getFirst().revisions().stream()
                .map(RouteTable.Revision::share)
                .sorted()
                .toList();
    }

    /** The shares of those that others answer for. */
    private static List<Integer> candidates(World world) {
        return world.routes().models().getFirst().revisions().stream()
                .filter(revision -> revision.candidate().orElse(false))
                .map(RouteTable.Revision::share)
                .toList();
    }

    private static int share(World world, String pool) {
        return pool(world, pool).map(each -> each.getSpec().share()).orElse(-1);
    }

    private static int replicas(World world, String pool) {
        return pool(world, pool).map(each -> each.getSpec().replicas()).orElse(-1);
    }

    private static String revision(World world, String pool) {
        return pool(world, pool).orElseThrow().getSpec().revision();
    }

    private static Optional<ServingPool> pool(World world, String name) {
        return world.pools().stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .findFirst();
    }
}
