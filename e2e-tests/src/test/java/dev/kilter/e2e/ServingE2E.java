package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;

/** The whole line on a real cluster, as a user walks it: install, apply, wait, infer, load, delete. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(NeedsCluster.class)
class ServingE2E {

    private static final String NAMESPACE = "kilter-e2e";
    private static final List<String> TEXTS = List.of(
            "My card has not arrived yet.",
            "How do I change my PIN?",
            "Wie spät ist es?",
            "The quick brown fox jumps over the lazy dog, again and again and again.");
    private static final ResourceDefinitionContext INFERENCE_DEPLOYMENTS =
            kilterKind("InferenceDeployment", "inferencedeployments");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private TestCluster cluster;
    private KubernetesClient client;
    private ModelStore store;
    private Installation kilter;

    @RegisterExtension
    final TestWatcher diagnosis = new TestWatcher() {
        @Override
        public void testFailed(org.junit.jupiter.api.extension.ExtensionContext context, Throwable cause) {
            new Diagnosis(client, List.of(NAMESPACE, Installation.NAMESPACE)).print();
        }
    };

    @BeforeAll
    void installOnTwoLabelledNodes() throws Exception {
        cluster = TestCluster.open();
        client = cluster.client();
        store = ModelStore.start();
        List<Node> nodes = client.nodes().list().getItems();
        assertThat(nodes).as("nodes of the cluster").hasSizeGreaterThanOrEqualTo(2);
        label(nodes.get(0), "Tesla-T4");
        label(nodes.get(1), "NVIDIA-A100-SXM4-40GB");
        kilter = new Installation(cluster, client);
        try {
            kilter.install();
            kilter.apply(resource("namespace.yaml"));
            kilter.apply(resource("accelerator-classes.yaml"));
        } catch (RuntimeException e) {
            new Diagnosis(client, List.of(Installation.NAMESPACE)).print();
            throw e;
        }
    }

    @AfterAll
    void uninstall() {
        if (client != null) {
            client.namespaces().withName(NAMESPACE).delete();
            client.namespaces().withName(NAMESPACE).waitUntilCondition(Objects::isNull, 2, TimeUnit.MINUTES);
            kilter.uninstall();
            client.close();
            store.close();
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void theExampleBecomesReady() throws Exception {
        kilter.apply(inNamespace(Files.readString(Installation.ROOT.resolve("examples/sentence-embedder.yaml"))));
        awaitReady("sentence-embedder", Duration.ofMinutes(5));
    }

    @Test
    @Order(2)
    void restAndGrpcAnswerTheVectorsOfADirectRun() throws Exception {
        try (ServiceDoor door = ServiceDoor.open(client, NAMESPACE, "sentence-embedder");
                ReferenceEmbedder fp32 = new ReferenceEmbedder("all-minilm-l6-v2");
                ReferenceEmbedder int8 = new ReferenceEmbedder("all-minilm-l6-v2-q")) {
            // One text a request: the INT8 variant quantises its activations over the whole batch, so company changes
            // it.
            for (String text : TEXTS) {
                float[] rest = embedByRest(door, text);
                float[] grpc = embedByGrpc(door, text);
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
    void podsRunOnTheNodeOfTheClassThatThePlanChose() {
        GenericKubernetesResource deployment = inferenceDeployment("sentence-embedder");
        String chosen = deployment.get("status", "plan", "pools", 0, "acceleratorClass");
        String product =
                Map.of("t4", "Tesla-T4", "a100", "NVIDIA-A100-SXM4-40GB").get(chosen);
        assertThat(servingPods("sentence-embedder"))
                .isNotEmpty()
                .allSatisfy(pod -> assertThat(client.nodes()
                                .withName(pod.getSpec().getNodeName())
                                .get()
                                .getMetadata()
                                .getLabels())
                        .containsEntry("nvidia.com/gpu.product", product));
    }

    @Test
    @Order(4)
    void applyingTheSameAgainChangesNothing() throws Exception {
        String yaml = inNamespace(Files.readString(Installation.ROOT.resolve("examples/sentence-embedder.yaml")));
        long before = inferenceDeployment("sentence-embedder").getMetadata().getGeneration();
        kilter.apply(yaml);
        kilter.apply(yaml);
        assertThat(inferenceDeployment("sentence-embedder").getMetadata().getGeneration())
                .isEqualTo(before);
    }

    @Test
    @Order(5)
    void loadAboveTheCapacityOfOneReplicaMakesReplicasGrow() throws Exception {
        kilter.apply(inNamespace(resource("emulated-load.yaml")));
        awaitReady("emulated", Duration.ofMinutes(3));
        int before = servingPods("emulated").size();
        try (ServiceDoor door = ServiceDoor.open(client, NAMESPACE, "emulated");
                OpenLoopLoad load = OpenLoopLoad.start(http, door.http("/v2/models/emulated/infer"), 40)) {
            await(
                    "more than " + before + " pods of emulated",
                    Duration.ofMinutes(2),
                    () -> servingPods("emulated").size() > before);
            await("answers", Duration.ofSeconds(30), () -> load.answered() > 100);
        }
    }

    @Test
    @Order(6)
    void aPodThatIsDeletedUnderLoadCostsNoRequest() throws Exception {
        // The load before made pods start and left a backlog: a pod that serves is to go, not one that still starts.
        await(
                "all pods ready",
                Duration.ofMinutes(2),
                () -> servingPods("emulated").stream().allMatch(Readiness::isPodReady));
        try (ServiceDoor door = ServiceDoor.open(client, NAMESPACE, "emulated");
                OpenLoopLoad load = OpenLoopLoad.start(http, door.http("/v2/models/emulated/infer"), 10)) {
            await("answers", Duration.ofSeconds(30), () -> load.answered() > 20);
            replaceOnePod(pod -> client.resource(pod).delete());
            long answered = load.answered();
            await("answers after it", Duration.ofSeconds(30), () -> load.answered() > answered + 50);
            assertThat(load.failed()).as("failed").isZero();
            assertThat(load.refused()).as("refused").isZero();
        }
    }

    @Test
    @Order(7)
    void aPodThatIsKilledUnderLoadCostsAtMostWhatItHeld() throws Exception {
        try (ServiceDoor door = ServiceDoor.open(client, NAMESPACE, "emulated");
                OpenLoopLoad load = OpenLoopLoad.start(http, door.http("/v2/models/emulated/infer"), 10)) {
            await("answers", Duration.ofSeconds(30), () -> load.answered() > 20);
            replaceOnePod(pod -> client.resource(pod).withGracePeriod(0).delete());
            long answered = load.answered();
            await("answers after it", Duration.ofSeconds(30), () -> load.answered() > answered + 50);
            assertThat(load.failed())
                    .as("failed; a pod holds few requests at 10/s")
                    .isLessThanOrEqualTo(8);
        }
    }

    @Test
    @Order(8)
    void deletingLeavesNothing() {
        for (String name : List.of("sentence-embedder", "emulated")) {
            client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                    .inNamespace(NAMESPACE)
                    .withName(name)
                    .delete();
        }
        await(
                "no pod, Service or ConfigMap of Kilter in " + NAMESPACE,
                Duration.ofMinutes(3),
                () -> client.pods().inNamespace(NAMESPACE).list().getItems().isEmpty()
                        && client.services()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems()
                                .isEmpty()
                        && client.apps()
                                .deployments()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems()
                                .isEmpty()
                        && client.configMaps().inNamespace(NAMESPACE).list().getItems().stream()
                                .noneMatch(map -> map.getMetadata().getName().contains("kilter")
                                        || map.getMetadata().getName().endsWith("-demand")));
    }

    private float[] embedByRest(ServiceDoor door, String text) throws Exception {
        String body = json.writeValueAsString(Map.of(
                "inputs",
                List.of(Map.of("name", "text", "datatype", "BYTES", "shape", List.of(1), "data", List.of(text)))));
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(door.http("/v2/models/sentence-embedder/infer")))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.convertValue(
                json.readTree(response.body()).path("outputs").path(0).path("data"), float[].class);
    }

    private static float[] embedByGrpc(ServiceDoor door, String text) {
        GRPCInferenceServiceBlockingStub stub = GrpcClients.newClient(
                "gproto+h2c://" + door.host() + ":" + door.port() + "/", GRPCInferenceServiceBlockingStub.class);
        ModelInferResponse response = stub.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("sentence-embedder")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8(text))))
                .build());
        if (response.getRawOutputContentsCount() > 0) {
            FloatBuffer raw = response.getRawOutputContents(0)
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] vector = new float[raw.remaining()];
            raw.get(vector);
            return vector;
        }
        List<Float> values = response.getOutputs(0).getContents().getFp32ContentsList();
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    private void awaitReady(String name, Duration limit) {
        client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                .inNamespace(NAMESPACE)
                .withName(name)
                .waitUntilCondition(r -> r != null && isReady(r), limit.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean isReady(GenericKubernetesResource resource) {
        List<Map<String, Object>> conditions = resource.get("status", "conditions");
        return conditions != null
                && conditions.stream().anyMatch(c -> "Ready".equals(c.get("type")) && "True".equals(c.get("status")));
    }

    private GenericKubernetesResource inferenceDeployment(String name) {
        return client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    private List<Pod> servingPods(String inferenceDeployment) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("serving.kilter.dev/inferencedeployment", inferenceDeployment)
                .withLabel("app.kubernetes.io/component", "serving-runtime")
                .list()
                .getItems();
    }

    /** Ends one pod of the emulated model, and waits until it is gone and as many as before are ready again. */
    private void replaceOnePod(Consumer<Pod> end) {
        List<Pod> before = servingPods("emulated");
        assertThat(before).as("pods").hasSizeGreaterThan(1);
        String victim = before.getFirst().getMetadata().getName();
        end.accept(before.getFirst());
        await("another pod in place of " + victim, Duration.ofMinutes(2), () -> {
            List<Pod> now = servingPods("emulated");
            return now.stream().noneMatch(pod -> pod.getMetadata().getName().equals(victim))
                    && now.stream().filter(Readiness::isPodReady).count() >= before.size();
        });
    }

    private void label(Node node, String product) {
        client.nodes().withName(node.getMetadata().getName()).edit(n -> {
            n.getMetadata().getLabels().put("nvidia.com/gpu.product", product);
            return n;
        });
        client.nodes().withName(node.getMetadata().getName()).editStatus(n -> {
            n.getStatus().getCapacity().put("nvidia.com/gpu", new Quantity("4"));
            n.getStatus().getAllocatable().put("nvidia.com/gpu", new Quantity("4"));
            return n;
        });
    }

    private static void await(String what, Duration limit, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waiting for %s for %s", what, limit)
                    .isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        }
    }

    private static String inNamespace(String yaml) {
        return yaml.replaceFirst("metadata:\n", "metadata:\n  namespace: " + NAMESPACE + "\n");
    }

    private static String resource(String name) throws Exception {
        return Files.readString(Path.of(Objects.requireNonNull(ServingE2E.class.getResource("/" + name), name)
                .toURI()));
    }

    private static ResourceDefinitionContext kilterKind(String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("serving.kilter.dev")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
