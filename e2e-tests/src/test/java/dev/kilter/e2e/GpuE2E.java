package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.cli.explain.Explanation;
import dev.kilter.cli.explain.cluster.ClusterFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Guards on GPU metrics, and what {@code kilter explain} tells of them, with the rights that the chart gives for them:
 * the exporter of the T4's node is played, all else is as installed.
 */
@ClusterTest
@Order(Integer.MAX_VALUE - 2)
class GpuE2E {

    private static final String MODEL = "guarded";
    private static final String EXPORTERS = "kilter-e2e-dcgm";

    private DcgmExporter exporter;
    private Scenario scenario;

    @BeforeAll
    void serve(InstalledKilter kilter) throws IOException {
        exporter = DcgmExporter.start();
        // It stays, and so does what reads it: RightsE2E, which comes next, looks whether all rights were used.
        Scenario exporters = kilter.scenario(EXPORTERS);
        exporters.apply(Resources.text("dcgm-exporter.yaml")
                .replace("ADDRESS", kilter.hostAddress())
                .replace("NODE", t4(kilter))
                .replace("PORT", String.valueOf(DcgmExporter.PORT)));
        kilter.installation()
                .deploy(Map.of(
                        "autoscaler.dcgm.enabled",
                        true,
                        "autoscaler.dcgm.namespace",
                        EXPORTERS,
                        "autoscaler.dcgm.port",
                        DcgmExporter.PORT));
        scenario = kilter.scenario("kilter-e2e-gpu");
        scenario.apply(Resources.text("emulated-gpu.yaml"));
        scenario.awaitReady(MODEL);
    }

    private static String t4(InstalledKilter kilter) {
        return kilter.client().nodes().withLabel("nvidia.com/gpu.product", "Tesla-T4").list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    void close() {
        scenario.close();
        exporter.close();
    }

    @Test
    void aBusyGpuAsksForOneReplicaMore(InstalledKilter kilter) {
        List<Pod> pods = scenario.servingPods(MODEL);
        assertThat(pods).hasSize(1);
        exporter.tells(scenario.namespace(), pods.getFirst().getMetadata().getName(), 93);
        Scenario.await(
                "one pod more than the rate asks for",
                () -> scenario.servingPods(MODEL).size() == 2);
        Scenario.await(
                "the reason in kilter explain",
                () -> explained(kilter).contains("GPU utilization 93% above 80%: one more than the rate asks for"));
    }

    private String explained(InstalledKilter kilter) {
        return Explanation.of(ClusterFacts.of(kilter.client(), scenario.namespace(), MODEL, Instant.now()));
    }
}
