package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.cli.report.Tarball;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kilter report} against a real API server. It has no kubelet: what a kubelet would answer is not read. */
class ReportIT {

    private static ExplainableCluster cluster;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        cluster = ExplainableCluster.start("report is not tried");
        cluster.installCrds();
        cluster.serve("team");
        KubernetesClient client = cluster.client();
        client.resource("""
                apiVersion: v1
                kind: Secret
                metadata: {name: models, namespace: team}
                stringData: {password: SESAME}
                """).create();
        client.resource("""
                apiVersion: v1
                kind: Node
                metadata: {name: gpu-1, labels: {nvidia.com/gpu.product: Tesla-T4}}
                status: {capacity: {nvidia.com/gpu: "2"}}
                """).create();
        Pod pod = client.pods().inNamespace("team").withName("search-0a-1").get();
        client.resource(new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("app.kubernetes.io/part-of", "kilter")
                        .addToAnnotations("team.test/api-token", "SESAME")
                        .endMetadata()
                        .build())
                .update();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void gathersWhatCanBeReadAndTellsWhatCannot() throws IOException {
        cluster.use(folder, cluster.kubeconfig());
        Path file = folder.resolve("r.tar.gz");
        assertThat(report("-o", file.toString())).as(err.toString()).isEqualTo(3);
        Map<String, String> parts = Tarball.read(file);
        assertThat(parts.get("r/about.txt")).contains("kilter 0.1.0", "all that serve");
        assertThat(parts.get("r/versions.txt")).contains("Kubernetes v1.34");
        assertThat(parts.get("r/crds.txt"))
                .contains("inferencedeployments.serving.kilter.dev: versions [v1alpha1]; stored [v1alpha1]");
        assertThat(parts.get("r/nodes.yaml")).contains("gpu-1", "Tesla-T4", "nvidia.com/gpu");
        assertThat(parts.get("r/namespaces/team/inferencedeployments.yaml"))
                .contains("MissedAtMaxReplicas")
                .doesNotContain("managedFields");
        assertThat(parts.get("r/namespaces/team/servingpools.yaml")).contains("search-0a");
        assertThat(parts.get("r/namespaces/team/explain/search.txt"))
                .contains("search in namespace team", "search-0a 1 → 2: more is expected");
        assertThat(parts.get("r/namespaces/team/events.txt")).contains("Pod search-0a-1 FailedMount: no such volume");
        assertThat(parts.get("r/namespaces/team/pods.yaml")).contains("search-0a-1", "(redacted)");
        assertThat(parts.get("r/not-read.txt")).contains("namespaces/team/modelprofiles: Not Found");
        assertThat(parts.values()).noneMatch(text -> text.contains("SESAME"));
        assertThat(err.toString()).contains("reading namespace team\n", "not read: ");
        assertThat(out.toString()).isEqualTo("written: " + file + ", incomplete\n");
    }

    @Test
    void whoMayNotReadGetsAReportThatSaysSo() throws IOException {
        cluster.use(folder, cluster.withoutCredentials());
        Path file = folder.resolve("r.tar.gz");
        assertThat(report("-n", "team", "-o", file.toString())).isEqualTo(3);
        assertThat(Tarball.read(file).get("r/not-read.txt"))
                .contains("nodes: ", "namespaces/team/pods: ", "cannot list resource \"inferencedeployments\"");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() throws IOException {
        cluster.use(folder, cluster.kubeconfig());
        assertThat(report("-o", folder.resolve("no/such/r.tar.gz").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("--output: ", "cannot be written", "expected: a file in a folder");
    }

    @Test
    void aNumberOfLinesThatCannotBeIsRefused() {
        assertThat(report("--lines", "0")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("kilter: --lines: 0 (expected: at least 1)\n");
    }

    private int report(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "report";
        System.arraycopy(args, 0, all, 1, args.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
