package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        scenario.awaitReady(MODEL, Duration.ofMinutes(3));
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
            assertCostNothing(load);
        }
    }

    @Test
    @Order(2)
    void aRevisionThatIsTooSlowIsRolledBackAndCostsNoRequest() throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            scenario.apply(yaml.replace(CURVE, "curve=1:2500ms,4:2600ms"));
            awaitRolledBack("at 10 % of the traffic ");
            assertCostNothing(load);
        }
    }

    @Test
    @Order(3)
    void aGoodRevisionTakesOverAndCostsNoRequest() throws Exception {
        String before = pool();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            scenario.apply(yaml.replace(CURVE, "curve=1:30ms,4:80ms"));
            Scenario.await(
                    "another pool serves",
                    Duration.ofMinutes(2),
                    () -> is("Ready", "True", "Serving")
                            && is("Reconciling", "False", "Done")
                            && !pool().equals(before));
            assertCostNothing(load);
        }
    }

    private static void assertCostNothing(OpenLoopLoad load) {
        assertThat(load.answered()).as("answered").isPositive();
        assertThat(load.failed()).as("failed").isEmpty();
        assertThat(load.refused()).as("refused").isEmpty();
    }

    private void awaitRolledBack(String why) {
        Scenario.await(
                "rolled back: " + why,
                Duration.ofMinutes(2),
                () -> is("Stalled", "True", "RolledBack") && message("Stalled").contains(why));
        assertThat(is("TrafficAvailable", "True", "Serving")).isTrue();
    }

    private String pool() {
        return scenario.inferenceDeployment(MODEL).get("status", "plan", "pools", 0, "name");
    }

    private boolean is(String type, String status, String reason) {
        Map<String, Object> found = condition(type);
        return status.equals(found.get("status")) && reason.equals(found.get("reason"));
    }

    private String message(String type) {
        return String.valueOf(condition(type).get("message"));
    }

    private Map<String, Object> condition(String type) {
        GenericKubernetesResource resource = scenario.inferenceDeployment(MODEL);
        List<Map<String, Object>> conditions = resource.get("status", "conditions");
        return conditions.stream()
                .filter(each -> type.equals(each.get("type")))
                .findFirst()
                .orElse(Map.of());
    }
}
