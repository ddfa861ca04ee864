package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What happens around an operator that is none of its own doing. */
class FaultsIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;

    @Test
    void anApiServerThatRestartsIsFollowedAgainAndNothingIsLost() throws IOException {
        World world = new World(client, "restarted");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        String pool = world.pools().getFirst().getMetadata().getName();

        running.link().cut();
        // While nobody watches.
        world.apply(named("second"));
        world.scale(pool, 4);
        running.restartApiServer();

        world.eventually(() -> world.workload(pool).getSpec().getReplicas() == 4);
        world.eventually(() -> world.routed().equals(List.of("embedder", "second")));
        client.resource(world.deployment("embedder")).delete();
        world.eventually(() -> world.routed().equals(List.of("second")));
        assertThat(world.pools())
                .extracting(each -> each.getSpec().inferenceDeploymentRef().name())
                .containsExactlyInAnyOrder("embedder", "second");
    }

    @Test
    void aNamespaceThatGoesAmidReconcilesLeavesNoLoopBehind() {
        World world = new World(client, "gone");
        for (int i = 0; i < 20; i++) {
            world.apply(named("embedder-" + i));
        }
        client.namespaces().withName("gone").delete();
        // As the controller of namespaces does: first what is in it, again and again, then itself.
        world.eventually(() -> {
            contents().forEach(each -> client.resource(each).delete());
            return contents().findAny().isEmpty();
        });
        client.raw(
                "/api/v1/namespaces/gone/finalize",
                "PUT",
                new NamespaceBuilder(client.namespaces().withName("gone").get())
                        .editOrNewSpec()
                        .withFinalizers()
                        .endSpec()
                        .build());
        world.eventually(() -> client.namespaces().withName("gone").get() == null);

        running.settle();
        ApiRequests atRest = ApiRequests.soFar(client);
        double reconciles = running.operator.metrics.allReconciles();
        World.pause(10_000);
        assertThat(ApiRequests.soFar(client).since(atRest).byKind()).isEmpty();
        assertThat(running.operator.metrics.allReconciles()).isEqualTo(reconciles);

        World again = new World(client, "gone");
        again.apply(EMBEDDER);
        again.everythingBecomesReady();
        again.eventually(() -> again.status("embedder", "Ready").equals("True"));
    }

    private static Stream<HasMetadata> contents() {
        return Stream.of(
                        client.resources(InferenceDeployment.class)
                                .inNamespace("gone")
                                .list()
                                .getItems(),
                        client.resources(ServingPool.class)
                                .inNamespace("gone")
                                .list()
                                .getItems(),
                        client.apps().deployments().inNamespace("gone").list().getItems(),
                        client.services().inNamespace("gone").list().getItems(),
                        client.configMaps().inNamespace("gone").list().getItems(),
                        client.serviceAccounts().inNamespace("gone").list().getItems(),
                        client.rbac().roleBindings().inNamespace("gone").list().getItems(),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace("gone")
                                .list()
                                .getItems())
                .flatMap(List::stream);
    }

    private static String named(String name) {
        return EMBEDDER.replace("name: embedder}", "name: " + name + "}");
    }
}
