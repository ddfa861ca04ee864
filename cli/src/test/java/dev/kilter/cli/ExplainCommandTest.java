package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input; what is told of a cluster is {@code ExplainIT}, of this machine {@code LocalRunTest}. */
class ExplainCommandTest {
    private static final String KUBECONFIG = "kubeconfig";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @AfterEach
    void useNone() {
        System.clearProperty(KUBECONFIG);
    }

    @Test
    void aNameThatNothingCanHaveIsRefused() {
        assertThat(explain("../search")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("kilter: NAME: ../search (expected: lower-case letters, digits, '-' and '.')\n");
    }

    @Test
    void anUnknownFormatIsWrongUsage() {
        assertThat(explain("search", "-o", "yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("TEXT, JSON");
    }

    @Test
    void aKubeconfigThatIsNoneIsSaid() throws IOException {
        System.setProperty(
                KUBECONFIG,
                Files.writeString(folder.resolve("config"), "]no yaml[").toString());
        assertThat(explain("search", "-n", "team")).isEqualTo(1);
        assertThat(err.toString()).startsWith("kilter: ").contains("KUBECONFIG");
    }

    @Test
    void withoutRunAndWithoutClusterBothWaysAreTold() {
        System.setProperty(KUBECONFIG, folder.resolve("missing").toString());
        assertThat(explain("nothing-of-that-name")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("kilter: nothing-of-that-name: nothing of that name runs on this machine, and no cluster is"
                        + " configured (expected: kilter up -f FILE here, or KUBECONFIG naming a kubeconfig)\n");
    }

    @Test
    void aContextThatTheKubeconfigHasNotIsSaid() throws IOException {
        System.setProperty(
                KUBECONFIG, Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                users: [{name: me, user: {}}]
                """).toString());
        assertThat(explain("search", "--context", "there")).isEqualTo(1);
        assertThat(err.toString()).contains("--context: there (expected: a context of the kubeconfig)");
    }

    private int explain(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "explain";
        System.arraycopy(args, 0, all, 1, args.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
