package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Two operators with one lease, each a process of its own. */
class LeaderIT {

    private static final String WRITES = "kilter_operator_writes_total";

    @Test
    void theSecondWritesNothingUntilTheFirstIsKilledAndNothingTwice() throws Exception {
        try (ApiServer server = ApiServer.start()) {
            KubernetesClient client = server.client;
            client.resource(Examples.CPU).serverSideApply();
            Path kubeconfig = server.kubeconfig();
            try (OperatorProcess first = OperatorProcess.start(kubeconfig, "256m")) {
                World world = new World(client, "led");
                world.apply(RunningOperator.EMBEDDER);
                world.eventually(() -> world.status("embedder", "Planned").equals("True"));
                try (OperatorProcess second = OperatorProcess.start(kubeconfig, "256m")) {
                    world.apply(RunningOperator.EMBEDDER.replace("name: embedder}", "name: another}"));
                    world.eventually(() -> world.status("another", "Planned").equals("True"));
                    settle(first);
                    assertThat(second.metric(WRITES)).isZero();
                    assertThat(second.metric("kilter_operator_reconciles_total"))
                            .isZero();
                    assertThat(first.metric(WRITES)).isPositive();

                    first.kill();
                    ApiRequests before = ApiRequests.soFar(client);
                    world.apply(RunningOperator.EMBEDDER.replace("name: embedder}", "name: third}"));
                    // The lease is for 15 s.
                    world.eventually(() -> world.status("third", "Planned").equals("True"));
                    settle(second);
                    ApiRequests since = ApiRequests.soFar(client).since(before, "inferencedeployments");
                    assertThat(second.metric(WRITES)).isEqualTo((double) since.total());
                    assertThat(since.byKind())
                            .as("pools and Services of the third alone")
                            .containsEntry("servingpools", 1L)
                            .containsEntry("services", 2L);
                    assertThat(world.pools())
                            .extracting(pool ->
                                    pool.getSpec().inferenceDeploymentRef().name())
                            .contains("embedder", "another", "third");
                }
            }
        }
    }

    /** Waits until it has not written for a while. */
    private static void settle(OperatorProcess operator) throws Exception {
        double before;
        do {
            before = operator.metric(WRITES);
            World.pause(3000);
        } while (operator.metric(WRITES) != before);
    }
}
