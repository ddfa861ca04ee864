package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.cli.explain.Facts;
import dev.kilter.protocol.Json;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.io.TempDir;

/** {@code kilter explain} against a real API server; the test writes what operator and autoscaler would. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExplainIT {
    private static ExplainableCluster cluster;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        cluster = ExplainableCluster.start("explain is not tried");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void useTheServer() throws IOException {
        cluster.use(folder, cluster.kubeconfig());
    }

    @AfterEach
    void useNone() {
        ExplainableCluster.useNone();
    }

    @Test
    @Order(1)
    void aClusterWithoutKilterSaysSo() {
        assertThat(explain("search", "-n", "default")).isEqualTo(1);
        assertThat(err.toString()).contains("has no InferenceDeployments: Kilter is not installed", "-f crds/");
    }

    @Test
    @Order(2)
    void whatOperatorAndAutoscalerWroteIsToldInOneText() throws IOException {
        cluster.installCrds();
        cluster.serve("team");
        assertThat(explain("search", "-n", "team")).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("search in namespace team: it serves, but misses its objective\n")
                .contains("! SLOMet MissedAtMaxReplicas, for ", "  next: raise scaling.maxReplicas")
                .contains("measured  p99 80 ms, 97.5 % within the objective over 300 s")
                .contains("150/s arrive, up to 190/s expected in 32 s")
                .contains("search-0a  0 of 2 replicas ready on t4, fp32, batches up to 16")
                .contains("2 wanted: 190/s at 100% of 100/s a replica as measured")
                .contains("pod search-0a-1, ", " old: waits for the scheduler")
                .contains("s ago  search-0a 1 → 2: more is expected")
                .contains("Events\n! ", "Pod search-0a-1 FailedMount: no such volume");

        out.getBuffer().setLength(0);
        assertThat(explain("search", "-n", "team", "-o", "json")).isZero();
        Facts facts = Json.read(out.toString(), Facts.class);
        assertThat(facts.pools()).extracting(Facts.Pool::name).containsExactly("search-0a");
        assertThat(facts.unseen()).isEmpty();
    }

    @Test
    @Order(3)
    void aNameThatIsNotThereNamesThoseThatAre() {
        assertThat(explain("serach", "-n", "team")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "kilter: serach: no InferenceDeployment of that name in namespace team (expected: search)\n");
    }

    @Test
    @Order(4)
    void whoMayNotSeeItIsToldWhichRightIsMissing() throws IOException {
        cluster.use(folder, cluster.withoutCredentials());
        assertThat(explain("search", "-n", "team")).isEqualTo(1);
        assertThat(err.toString())
                .contains("no right to see InferenceDeployments in namespace team", "system:anonymous", "get and list");
    }

    @Test
    @Order(5)
    void aServerThatDoesNotAnswerIsNamed() throws IOException {
        cluster.use(folder, cluster.kubeconfig().replaceAll("server: .*", "server: https://127.0.0.1:1"));
        assertThat(explain("search", "-n", "team")).isEqualTo(1);
        assertThat(err.toString()).contains("the cluster https://127.0.0.1:1", "does not answer", "kubectl version");
    }

    private int explain(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "explain";
        System.arraycopy(args, 0, all, 1, args.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
