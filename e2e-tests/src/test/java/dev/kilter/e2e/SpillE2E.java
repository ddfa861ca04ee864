package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A class whose node takes no more pods spills to the next and returns, by the real scheduler, and no client sees it.
 */
@ClusterTest
class SpillE2E {

    private static final String MODEL = "spilling";
    private static final String T4 = "Tesla-T4";
    private static final String A100 = "NVIDIA-A100-SXM4-40GB";

    private Scenario scenario;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-spill");
        kilter.applyImpatientClasses(Duration.ofSeconds(5));
        scenario.apply(Resources.text("emulated-spill.yaml"));
        scenario.awaitReady(MODEL);
        scenario.awaitPodsReady(MODEL, 2);
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        kilter.cordon(T4, false);
        scenario.close();
    }

    @Test
    void aFullClassSpillsToTheNextAndReturns(InstalledKilter kilter) throws Exception {
        assertThat(readyOn(kilter)).containsExactly(T4);
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, 10)) {
            load.awaitMore(50);
            kilter.cordon(T4, true);
            Pod evicted = scenario.servingPods(MODEL).getFirst();
            kilter.client().resource(evicted).delete();
            Scenario.await("a pod on each node", () -> readyOn(kilter).equals(Set.of(T4, A100)));
            assertThat(scenario.condition(MODEL, "Placed")).isEqualTo("False Spilled");
            assertThat(scenario.condition(MODEL, "Ready")).isEqualTo("True Serving");
            List<Map<String, Object>> pools =
                    scenario.inferenceDeployment(MODEL).get("status", "plan", "pools");
            assertThat(pools)
                    .extracting(pool -> pool.get("acceleratorClass"))
                    .containsExactly("t4-impatient", "a100-impatient");
            assertThat(pools.getLast().get("reason").toString()).startsWith("stands in for t4-impatient, full since ");

            kilter.cordon(T4, false);
            Scenario.await(
                    "all pods on the first node again",
                    () -> scenario.condition(MODEL, "Placed").equals("True AsPlanned")
                            && scenario.servingPods(MODEL).size() == 2
                            && readyOn(kilter).equals(Set.of(T4)));
            load.assertNobodyNoticed();
        }
    }

    /** The GPU products of the nodes that ready pods run on. */
    private Set<String> readyOn(InstalledKilter kilter) {
        return scenario.servingPods(MODEL).stream()
                .filter(Readiness::isPodReady)
                .map(pod -> kilter.product(pod.getSpec().getNodeName()))
                .collect(Collectors.toSet());
    }
}
