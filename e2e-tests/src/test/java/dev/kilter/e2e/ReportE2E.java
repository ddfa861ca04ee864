package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kilter report} of a cluster that serves, and of which one machine does not answer. */
@ClusterTest
class ReportE2E {

    private static final String MODEL = "stored";
    private static final String KEY = "a-key-that-nobody-may-read";

    @TempDir
    private static Path folder;

    private Scenario scenario;
    private KeyedStore store;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-report");
        store = KeyedStore.start("/models/identity.onnx", Resources.bytes("identity.onnx"), KEY);
        kilter.installation().apply(Resources.text("anywhere.yaml"));
        scenario.apply(Resources.text("store-secret.yaml")
                .replace("ID: KEY", "ID: " + KEY)
                .replace("STORE", "http://" + kilter.hostAddress() + ":" + KeyedStore.PORT));
        scenario.apply(Resources.text("stored.yaml"));
        scenario.awaitReady(MODEL);
        kilter.installation().apply(unheard());
        // As its kubelet told before it fell silent.
        InstalledKilter.untilTaken(() -> kilter.client()
                .pods()
                .inNamespace(scenario.namespace())
                .withName("unheard")
                .editStatus(pod -> new PodBuilder(pod)
                        .editStatus()
                        .withPhase("Running")
                        .addNewContainerStatus()
                        .withName("server")
                        .withImage("kilter.test/none:1")
                        .withImageID("none")
                        .withReady(true)
                        .withRestartCount(0)
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build()));
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        kilter.client()
                .pods()
                .inNamespace(scenario.namespace())
                .withName("unheard")
                .withGracePeriod(0)
                .delete();
        kilter.client().nodes().withName("unheard-node").delete();
        scenario.close();
        store.close();
        kilter.installation().delete(Resources.text("anywhere.yaml"));
    }

    private String unheard() {
        return Resources.text("unheard.yaml").replace("NAMESPACE", scenario.namespace());
    }

    @Test
    void allOfItButWhatTheSilentMachineHasIsInOneFileWithoutSecrets(InstalledKilter kilter) throws Exception {
        Path file = folder.resolve("report.tar.gz");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), kilter.kubeconfig());
        Said said = kilterReport(kubeconfig, file);
        assertThat(said.code()).as(said.text()).isEqualTo(3);
        assertThat(said.text()).contains("written: " + file + ", incomplete");

        Map<String, String> parts = parts(file);
        String ours = "namespaces/" + scenario.namespace() + "/";
        String system = "namespaces/" + Installation.NAMESPACE + "/";
        // The pod of a measurement may end and go amid the reading.
        assertThat(parts.get("not-read.txt").lines().filter(line -> !line.contains("/profile-")))
                .isNotEmpty()
                .allMatch(line -> line.contains(scenario.namespace() + "/unheard"));
        assertThat(parts.get("about.txt")).contains("all that serve");
        assertThat(parts.get("versions.txt")).contains("kilter-operator:" + System.getProperty("kilter.image.tag"));
        assertThat(parts.get("crds.txt")).contains("inferencedeployments.serving.kilter.dev");
        assertThat(parts.get("nodes.yaml")).contains("Tesla-T4", "unheard-node").doesNotContain("InternalIP");
        assertThat(parts.get("acceleratorclasses.yaml")).contains("name: \"anywhere\"");
        assertThat(parts.get(ours + "inferencedeployments.yaml")).contains("\"TrafficAvailable\"", "history:");
        assertThat(parts.get(ours + "servingpools.yaml")).contains("kind: \"ServingPool\"");
        assertThat(parts.get(ours + "explain/" + MODEL + ".txt")).contains(MODEL, "anywhere");
        assertThat(parts.get(ours + "events.txt")).contains(MODEL);

        assertThat(logsAndMetrics(parts, system, kilter.podsOf("operator"))).contains("kilter_operator_writes_total");
        assertThat(logsAndMetrics(parts, system, kilter.podsOf("autoscaler"))).contains("kilter_autoscaler_");
        assertThat(logsAndMetrics(parts, ours, scenario.pods("kilter-gateway"))).contains("kilter_gateway_");
        assertThat(logsAndMetrics(parts, ours, scenario.servingPods(MODEL))).contains("kilter_");

        String encoded = Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8));
        assertThat(parts).allSatisfy((path, text) -> assertThat(text).doesNotContain(KEY, encoded));
    }

    /** The metrics of all pods; each has a log. */
    private static String logsAndMetrics(Map<String, String> parts, String folder, List<Pod> pods) {
        assertThat(pods).isNotEmpty();
        StringBuilder metrics = new StringBuilder();
        for (Pod pod : pods) {
            String name = pod.getMetadata().getName();
            String container = pod.getSpec().getContainers().getFirst().getName();
            assertThat(parts.get(folder + "logs/" + name + "." + container + ".log"))
                    .as("log of %s", name)
                    .isNotBlank();
            metrics.append(parts.get(folder + "metrics/" + name + ".txt"));
        }
        return metrics.toString();
    }

    private record Said(int code, String text) {}

    /** The shipped command line, by the class path of this build. */
    private static Said kilterReport(Path kubeconfig, Path file) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dkilter.root=" + Installation.ROOT,
                        "dev.kilter.cli.Main",
                        "report",
                        "-o",
                        file.toString())
                .redirectErrorStream(true);
        command.environment().put("KUBECONFIG", kubeconfig.toString());
        Process process = command.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    /** The files of the archive, by their path within its one folder. */
    private static Map<String, String> parts(Path archive) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Path root = folder.resolve("report");
        Map<String, String> parts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                parts.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return parts;
    }
}
