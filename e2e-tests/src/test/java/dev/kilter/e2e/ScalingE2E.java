package dev.kilter.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replicas follow the load. The model is emulated: two cores cannot run a pool of GPUs. */
@ClusterTest
class ScalingE2E {

    private static final String MODEL = "emulated";

    private Scenario scenario;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-scaling");
        scenario.apply(Resources.text("emulated-load.yaml"));
        scenario.awaitReady(MODEL);
    }

    @AfterAll
    void close() {
        scenario.close();
    }

    @Test
    void loadAboveTheCapacityOfOneReplicaMakesReplicasGrow() throws Exception {
        int before = scenario.servingPods(MODEL).size();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, 40)) {
            Scenario.await(
                    "more than " + before + " pods of " + MODEL,
                    () -> scenario.servingPods(MODEL).size() > before);
            Scenario.await(
                    "a reason that tells the hedge of the YAML",
                    () -> scenario.events(MODEL, "ScaledOut").stream()
                            .anyMatch(reason -> reason.contains("99.9% sure")));
            Scenario.await("answers", () -> load.answered() > 100);
        }
    }
}
