package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The whole line as a user walks it: apply the example, wait, infer, apply again, delete. */
@ClusterTest
class ServingE2E {

    private static final String MODEL = "sentence-embedder";
    private static final List<String> TEXTS = List.of(
            "My card has not arrived yet.",
            "How do I change my PIN?",
            "Wie spät ist es?",
            "The quick brown fox jumps over the lazy dog, again and again and again.");

    private Scenario scenario;

    @BeforeAll
    void open(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-serving");
    }

    @AfterAll
    void close() {
        scenario.close();
    }

    @Test
    @Order(1)
    void theExampleBecomesReady() {
        scenario.apply(Resources.example("sentence-embedder.yaml"));
        scenario.awaitReady(MODEL);
    }

    @Test
    @Order(2)
    void restAndGrpcAnswerTheVectorsOfADirectRun() throws Exception {
        try (ServiceDoor door = scenario.door(MODEL);
                ReferenceEmbedder fp32 = new ReferenceEmbedder("all-minilm-l6-v2");
                ReferenceEmbedder int8 = new ReferenceEmbedder("all-minilm-l6-v2-q")) {
            EmbedderClient embedder = new EmbedderClient(door, MODEL);
            // One text a request: the INT8 variant quantises its activations over the whole batch, so company changes
            // it.
            for (String text : TEXTS) {
                float[] rest = embedder.byRest(text);
                float[] grpc = embedder.byGrpc(text);
                double best = Math.max(
                        ReferenceEmbedder.cosine(rest, fp32.embed(text)),
                        ReferenceEmbedder.cosine(rest, int8.embed(text)));
                assertThat(best).as("cosine to a direct run: %s", text).isGreaterThanOrEqualTo(0.9999);
                assertThat(ReferenceEmbedder.cosine(rest, grpc))
                        .as("REST against gRPC: %s", text)
                        .isGreaterThanOrEqualTo(0.9999);
            }
        }
    }

    @Test
    @Order(3)
    void podsRunOnTheNodeOfTheClassThatThePlanChose(InstalledKilter kilter) {
        GenericKubernetesResource deployment = scenario.inferenceDeployment(MODEL);
        String chosen = deployment.get("status", "plan", "pools", 0, "acceleratorClass");
        String product =
                Map.of("t4", "Tesla-T4", "a100", "NVIDIA-A100-SXM4-40GB").get(chosen);
        assertThat(scenario.servingPods(MODEL))
                .isNotEmpty()
                .allSatisfy(pod -> assertThat(kilter.client()
                                .nodes()
                                .withName(pod.getSpec().getNodeName())
                                .get()
                                .getMetadata()
                                .getLabels())
                        .containsEntry("nvidia.com/gpu.product", product));
    }

    @Test
    @Order(4)
    void applyingTheSameAgainChangesNothing() {
        String yaml = Resources.example("sentence-embedder.yaml");
        long before = scenario.inferenceDeployment(MODEL).getMetadata().getGeneration();
        scenario.apply(yaml);
        scenario.apply(yaml);
        assertThat(scenario.inferenceDeployment(MODEL).getMetadata().getGeneration())
                .isEqualTo(before);
    }

    @Test
    @Order(5)
    void deletingLeavesNothing(InstalledKilter kilter) {
        scenario.delete(MODEL);
        Scenario.await(
                "no pod, Service, Deployment or ConfigMap of Kilter in " + scenario.namespace(),
                () -> isEmpty(kilter.client(), scenario.namespace()));
    }

    private static boolean isEmpty(KubernetesClient client, String namespace) {
        return client.pods().inNamespace(namespace).list().getItems().isEmpty()
                && client.services().inNamespace(namespace).list().getItems().isEmpty()
                && client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .isEmpty()
                && client.configMaps().inNamespace(namespace).list().getItems().stream()
                        .map(map -> map.getMetadata().getName())
                        .noneMatch(name -> name.contains("kilter") || name.endsWith("-demand"));
    }
}
