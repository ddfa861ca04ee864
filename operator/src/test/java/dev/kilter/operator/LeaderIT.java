package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
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
                    ApiRequests before = ApiRequests.accepted(client);
                    world.apply(RunningOperator.EMBEDDER.replace("name: embedder}", "name: third}"));
                    // The lease is for 15 s.
                    world.eventually(() -> world.status("third", "Planned").equals("True"));
                    settle(second);
                    // It may write amid the looking.
                    Await.until(
                            () -> "as many writes that the API server accepted, which are " + since(before, client)
                                    + ", as the second counts, which are " + second.metric(WRITES),
                            () -> second.metric(WRITES) == since(before, client).total());
                    assertThat(since(before, client).byKind())
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

    /** Writes since then, but for the test's own. */
    private static ApiRequests since(ApiRequests before, KubernetesClient client) {
        return ApiRequests.accepted(client).since(before, "inferencedeployments");
    }

    /** Waits until it has not written for a while. */
    private static void settle(OperatorProcess operator) {
        Await.rest("the operator's writes", Duration.ofSeconds(3), () -> operator.metric(WRITES));
    }
}
