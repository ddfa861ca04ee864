package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Bad revisions are rolled back by themselves and a good one takes over, at half of what a replica carries. */
@ClusterTest
class RolloutE2E {

    private static final String MODEL = "rolled";
    private static final String CURVE = "curve=1:40ms,4:80ms";
    private static final int HALF_LOAD = 12;

    private Scenario scenario;
    private String yaml;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-rollout");
        yaml = Resources.text("emulated-rollout.yaml");
        scenario.apply(yaml);
        scenario.awaitReady(MODEL);
    }

    @AfterAll
    void close() {
        scenario.close();
    }

    @Test
    @Order(1)
    void aRevisionWhoseModelIsMissingIsRolledBackAndCostsNoRequest() throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            scenario.apply(yaml.replace("emulated:?" + CURVE, "maven:nobody:nothing:1!/nothing.onnx"));
            awaitRolledBack("not ready within 45s");
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(2)
    void aRevisionThatIsTooSlowIsRolledBackAndCostsNoRequest() throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            scenario.apply(unhurried("curve=1:2500ms,4:2600ms"));
            awaitRolledBack("at 10 % of the traffic ");
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(3)
    void aGoodRevisionTakesOverAndCostsNoRequest() throws Exception {
        String before = pool();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            scenario.apply(unhurried("curve=1:30ms,4:80ms"));
            Scenario.await(
                    "another pool serves",
                    () -> scenario.condition(MODEL, "Ready").equals("True Serving")
                            && scenario.condition(MODEL, "Reconciling").equals("False Done")
                            && !pool().equals(before));
            load.assertNobodyNoticed();
        }
    }

    /** How soon the pods are ready is not what this is about. */
    private String unhurried(String curve) {
        return yaml.replace(CURVE, curve).replace("progressDeadline: 45s", "progressDeadline: 5m");
    }

    private void awaitRolledBack(String why) {
        Scenario.await(
                "rolled back: " + why,
                () -> scenario.condition(MODEL, "Stalled").equals("True RolledBack")
                        && scenario.message(MODEL, "Stalled").contains(why));
        assertThat(scenario.condition(MODEL, "TrafficAvailable")).isEqualTo("True Serving");
    }

    private String pool() {
        return scenario.inferenceDeployment(MODEL).get("status", "plan", "pools", 0, "name");
    }
}
