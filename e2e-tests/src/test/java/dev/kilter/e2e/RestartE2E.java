package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Pods and gateways come and go at half of what two replicas carry, and no client sees it: no error, no refusal, no
 * broken or refused connection.
 */
@ClusterTest
class RestartE2E {

    private static final String MODEL = "restarted";
    private static final int HALF_LOAD = 25;

    private Scenario scenario;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-restart");
        scenario.apply(Resources.text("emulated-restart.yaml"));
        scenario.awaitReady(MODEL);
        scenario.awaitPodsReady(MODEL, 2);
    }

    @AfterAll
    void close() {
        scenario.close();
    }

    @Test
    @Order(1)
    void aPodThatIsDeletedCostsNoRequest(InstalledKilter kilter) throws Exception {
        assertCostsNothing(() ->
                scenario.replacePod(MODEL, pod -> kilter.client().resource(pod).delete()));
    }

    @Test
    @Order(2)
    void aRollingRestartOfThePoolCostsNoRequest() throws Exception {
        Pod any = scenario.servingPods(MODEL).getFirst();
        String pool = any.getMetadata().getLabels().get("serving.kilter.dev/pool");
        assertCostsNothing(() -> scenario.restart(pool));
    }

    @Test
    @Order(3)
    void aRollingRestartOfTheGatewayCostsNoRequest() throws Exception {
        assertCostsNothing(() -> scenario.restart("kilter-gateway"));
    }

    @Test
    @Order(4)
    void aPodThatIsKilledCostsAtMostWhatItHeld(InstalledKilter kilter) throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, 10)) {
            load.awaitMore(20);
            scenario.replacePod(
                    MODEL,
                    pod -> kilter.client().resource(pod).withGracePeriod(0).delete());
            load.awaitMore(50);
            assertThat(load.failed())
                    .as("failed; a pod holds few requests at 10/s")
                    .hasSizeLessThanOrEqualTo(8);
        }
    }

    private void assertCostsNothing(Runnable change) throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            load.awaitMore(50);
            change.run();
            load.awaitMore(50);
            System.out.println("answered during the change and around it: " + load.answered());
            load.assertNobodyNoticed();
        }
    }
}
