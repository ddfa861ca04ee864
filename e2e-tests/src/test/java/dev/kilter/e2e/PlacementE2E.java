package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.e2e.NodeFleet.Pool;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of pods on a thousand nodes of many kinds, with the classes that are shipped: each model lands on what its
 * plan chose, by the real scheduler. kwok plays the kubelets; operator, autoscaler and gateway run on the real nodes.
 */
@ClusterTest
class PlacementE2E {

    private static final Duration IMPATIENCE = Duration.ofSeconds(5);

    private static final Pool CPU = new Pool("arm", "c4a-standard-16", 16, 64, 0, Map.of());
    private static final Pool T4 = Pool.ofGpus("t4", "n1-standard-8", 8, 30, 1, "nvidia-tesla-t4", "Tesla-T4");
    private static final Pool L4 = Pool.ofGpus("l4", "g2-standard-48", 48, 192, 4, "nvidia-l4", "NVIDIA-L4");
    private static final Pool A100 =
            Pool.ofGpus("a100", "a2-highgpu-8g", 96, 680, 8, "nvidia-tesla-a100", "NVIDIA-A100-SXM4-40GB");
    private static final Pool H100 =
            Pool.ofGpus("h100", "a3-highgpu-8g", 208, 1872, 8, "nvidia-h100-80gb", "NVIDIA-H100-80GB-HBM3");

    /** 36 L4 and 16 H100 in all; hardware that looks alike and is handed out in parts stands beside. */
    private static final Map<Pool, Integer> NODES = Map.of(
            CPU,
            399,
            T4,
            350,
            T4.inParts("t4-shared", "cloud.google.com/gke-gpu-sharing-strategy", "time-sharing", "Tesla-T4-SHARED"),
            90,
            L4,
            9,
            A100,
            120,
            A100.inParts(
                    "a100-mig",
                    "cloud.google.com/gke-gpu-partition-size",
                    "1g.5gb",
                    "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb"),
            30,
            H100,
            2);

    /** Class, provider and the mean times of a batch of one and of eight; the precision that a class lacks has none. */
    private static final Map<String, List<String>> PROFILES = Map.of(
            "resnet50",
            List.of(
                    "gke-cpu-arm64 CPU 40ms 300ms",
                    "gke-t4 TensorRT 2ms 5ms",
                    "gke-l4 TensorRT 1500us 4ms",
                    "gke-a100-40gb TensorRT 1ms 2ms",
                    "gke-h100 TensorRT 1ms 1500us"),
            "transformer-7b",
            List.of(
                    "gpu-operator-l4 TensorRT 620ms 900ms",
                    "gpu-operator-a100-40gb TensorRT 90ms 160ms",
                    "gpu-operator-h100 TensorRT 40ms 80ms"),
            "minilm",
            List.of(
                    "gke-cpu-arm64 CPU 10ms 60ms",
                    "gke-t4 TensorRT 2ms 4ms",
                    "gke-l4 TensorRT 2ms 3ms",
                    "gke-a100-40gb TensorRT 1ms 2ms",
                    "gke-h100 TensorRT 1ms 2ms"),
            "whisper",
            List.of("gke-l4 TensorRT 20ms 80ms", "gke-a100-40gb TensorRT 10ms 30ms"),
            "exact",
            List.of("gke-h100 TensorRT 20ms 40ms", "gke-a100-40gb TensorRT 40ms 90ms"));

    private static final Map<String, String> VARIANTS =
            Map.of("resnet50", "int8", "transformer-7b", "bf16", "minilm", "fp32", "whisper", "fp16", "exact", "bf16");

    private Scenario scenario;
    private NodeFleet fleet;
    private IdlePods pods;

    @BeforeAll
    void makeNodes(InstalledKilter kilter) throws Exception {
        if (Machine.ofTheCluster().isEmpty()) {
            String reason = "KILTER_E2E_MACHINE names no script that starts kwok (e2e-tests/run does)";
            System.out.println("SKIPPED placement: " + reason);
            Assumptions.abort(reason);
        }
        Machine.ofTheCluster().orElseThrow().playKubelets();
        pods = IdlePods.start(VARIANTS.entrySet().stream()
                .map(of -> new IdlePods.Served(of.getKey(), of.getValue(), digest(of.getKey())))
                .toList());
        fleet = new NodeFleet(kilter.client());
        fleet.add(NODES);
        assertThat(fleet.nodes()).hasSize(1000);
        scenario = kilter.scenario("kilter-e2e-placement");
        classes().forEach(kilter.installation()::apply);
        profiles().forEach(scenario::apply);
        models().forEach(scenario::apply);
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        if (fleet == null) {
            return;
        }
        if (scenario != null) {
            scenario.close();
            classes().forEach(kilter.installation()::delete);
        }
        fleet.close();
        pods.close();
    }

    @Test
    @Order(1)
    void eachModelLandsOnTheHardwareThatItsPlanChose() {
        Instant from = Instant.now();
        Map<String, Map<String, Long>> wanted = Map.of(
                "resnet50", Map.of("t4", 120L),
                "transformer-7b", Map.of("a100", 48L),
                "minilm", Map.of("arm", 90L),
                "exact", Map.of("h100", 16L));
        Map<String, Node> nodes = nodes();
        wanted.forEach((model, where) -> {
            scenario.awaitReady(model);
            // What was planned before the operator had heard of the profiles gives way.
            Scenario.await("all pods of " + model + " on " + where, () -> {
                List<Pod> pods = scenario.servingPods(model);
                return pods.stream().allMatch(Readiness::isPodReady)
                        && by(pods.stream(), nodes, NodeFleet.POOL).equals(where);
            });
        });
        System.out.println(
                "274 pods ready " + Duration.between(from, Instant.now()).toSeconds() + " s later");
    }

    @Test
    @Order(2)
    void theStatusTellsWhyItLandedThereAndNotElsewhere() {
        assertThat(reason("resnet50")).isEqualTo("cheapest that meets p99 30ms at 100000/s");
        assertThat(rejected("resnet50"))
                .anyMatch(each -> each.contains("gke-cpu-arm64") && each.contains("30ms"))
                .anyMatch(each -> each.contains("gke-l4") && each.contains("x the chosen"));
        assertThat(rejected("transformer-7b"))
                .anyMatch(each -> each.contains("gpu-operator-t4") && each.contains("precision bf16"))
                .anyMatch(each -> each.contains("gpu-operator-l4") && each.contains("500ms"));
        assertThat(rejected("minilm")).anyMatch(each -> each.contains("gke-t4") && each.contains("x the chosen"));
        Stream.of("resnet50", "transformer-7b", "minilm", "exact")
                .forEach(
                        model -> assertThat(scenario.condition(model, "Placed")).isEqualTo("True AsPlanned"));
    }

    @Test
    @Order(3)
    void podsLieApartOverNodesAndZones() {
        Map<String, Node> nodes = nodes();
        for (String model : List.of("resnet50", "transformer-7b", "minilm")) {
            Map<String, Long> perNode = landed(model, nodes, NodeFleet.HOSTNAME);
            Map<String, Long> perZone = landed(model, nodes, NodeFleet.ZONE);
            System.out.println(model + ": at most "
                    + perNode.values().stream().mapToLong(n -> n).max().orElse(0) + " on a node, by zone " + perZone);
            assertThat(perNode.values()).as("pods of %s on a node", model).containsOnly(1L);
            assertThat(perZone).as("zones of %s", model).containsOnlyKeys(NodeFleet.ZONES);
            long all = perZone.values().stream().mapToLong(n -> n).sum();
            assertThat(perZone.values())
                    .as("pods of %s in a zone", model)
                    .allSatisfy(inZone -> assertThat((double) inZone / all).isBetween(0.25, 0.42));
        }
        assertThat(landed("exact", nodes, NodeFleet.HOSTNAME).values()).containsOnly(8L);
    }

    @Test
    @Order(4)
    void aFullClassSpillsToTheNextAndReturnsWhenItGetsNodes() throws Exception {
        Scenario.await(
                "what finds no L4 on A100",
                () -> readyBy("whisper", nodes(), NodeFleet.POOL).equals(Map.of("l4", 36L, "a100", 4L)));
        assertThat(scenario.condition("whisper", "Placed")).isEqualTo("False Spilled");
        assertThat(reason("whisper", 1)).startsWith("stands in for gke-l4, full since ");
        Instant from = Instant.now();
        fleet.add(L4, 9, 12);
        Scenario.await(
                "all on L4 again",
                () -> readyBy("whisper", nodes(), NodeFleet.POOL).equals(Map.of("l4", 40L))
                        && scenario.condition("whisper", "Placed").equals("True AsPlanned"));
        System.out.println("returned " + Duration.between(from, Instant.now()).toSeconds() + " s after 3 more nodes");
    }

    @Test
    @Order(5)
    void podsBeyondTheWantedCountNeverSpill(InstalledKilter kilter) {
        String pool = scenario.inferenceDeployment("exact").get("status", "plan", "pools", 0, "name");
        kilter.client()
                .apps()
                .deployments()
                .inNamespace(scenario.namespace())
                .withName(pool)
                .rolling()
                .restart();
        Scenario.await(
                "a surge pod that finds no node for longer than a class may take",
                () -> scenario.servingPods("exact").stream()
                        .flatMap(pod -> pod.getStatus().getConditions().stream())
                        .anyMatch(condition -> "Unschedulable".equals(condition.getReason())
                                && Instant.parse(condition.getLastTransitionTime())
                                        .plus(IMPATIENCE.multipliedBy(3))
                                        .isBefore(Instant.now())));
        assertThat(scenario.condition("exact", "Placed")).isEqualTo("True AsPlanned");
        assertThat(readyBy("exact", nodes(), NodeFleet.POOL)).isEqualTo(Map.of("h100", 16L));
    }

    private static Stream<String> classes() {
        return Stream.of("gke", "gpu-operator")
                .map(environment -> Resources.impatientClasses(
                        environment + "-$1",
                        Resources.example("accelerator-classes/" + environment + ".yaml"),
                        IMPATIENCE));
    }

    private static Stream<String> models() {
        String all = PROFILES.keySet().stream()
                .reduce(
                        Resources.text("placement.yaml"),
                        (text, model) -> text.replace("\"DIGEST-OF-" + model + "\"", "\"" + digest(model) + "\""));
        return Stream.of(all.split("(?m)^---$"));
    }

    private static Stream<String> profiles() {
        return PROFILES.entrySet().stream()
                .flatMap(of -> of.getValue().stream().map(line -> profile(of.getKey(), line.split(" "))));
    }

    private static String profile(String model, String... of) {
        return """
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ModelProfile
                metadata:
                  name: %1$s-%2$s
                spec:
                  modelDigest: %6$s
                  acceleratorClass: %2$s
                  provider: %3$s
                  runtimeImage: %7$s/kilter-serving-runtime:%8$s
                  serviceTime:
                  - {batchSize: 1, mean: %4$s, p99: %4$s, samples: 200}
                  - {batchSize: 8, mean: %5$s, p99: %5$s, samples: 200}
                """.formatted(
                        model,
                        of[0],
                        of[1],
                        of[2],
                        of[3],
                        digest(model),
                        System.getProperty("kilter.image.registry"),
                        System.getProperty("kilter.image.tag"));
    }

    private static String digest(String model) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(model.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    private String reason(String model) {
        return reason(model, 0);
    }

    private String reason(String model, int pool) {
        return scenario.inferenceDeployment(model).get("status", "plan", "pools", pool, "reason");
    }

    /** What of the plan was not chosen: configuration and reason in one text. */
    private List<String> rejected(String model) {
        List<Map<String, Object>> rejected = scenario.inferenceDeployment(model).get("status", "plan", "rejected");
        return rejected.stream()
                .map(each -> each.get("configuration") + ": " + each.get("reason"))
                .toList();
    }

    private Map<String, Node> nodes() {
        return fleet.nodes().stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
    }

    /** How many pods lie on nodes with each value of a label. */
    private Map<String, Long> landed(String model, Map<String, Node> nodes, String label) {
        return by(scenario.servingPods(model).stream(), nodes, label);
    }

    private Map<String, Long> readyBy(String model, Map<String, Node> nodes, String label) {
        return by(scenario.servingPods(model).stream().filter(Readiness::isPodReady), nodes, label);
    }

    private static Map<String, Long> by(Stream<Pod> pods, Map<String, Node> nodes, String label) {
        return pods.collect(Collectors.groupingBy(
                pod -> nodes.get(pod.getSpec().getNodeName())
                        .getMetadata()
                        .getLabels()
                        .get(label),
                Collectors.counting()));
    }
}
