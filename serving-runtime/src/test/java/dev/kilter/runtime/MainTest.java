package dev.kilter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import dev.kilter.protocol.RuntimeConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void saysWhereAModelComesFromWhenNoneIsGiven() {
        assertThat(run("serve")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--model URI", "KILTER_RUNTIME_CONFIG");
    }

    @Test
    void tellsAPathThatIsNoUriAndEveryWrongLimitInOneSentenceEach() {
        assertThat(run("serve", "--model", "/models/x.onnx")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("write file:/absolute/path");
        assertThat(run("serve", "--model", "file:/x.onnx", "--max-batch-size", "0", "--task", "chat"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "maxBatchSize: 0 (expected: 1..1024)", "task: chat (expected: one of tensor, text-embedding)");
        assertThat(run("serve", "--model", "file:/x.onnx", "--port", "70000")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--port: 70000 (expected: 0..65535)");
    }

    @Test
    void tellsWhichOptionsOfAModelRepositoryDoNotGoTogether(@TempDir Path folder) {
        for (String[] options : new String[][] {
            {"--model-repository=" + folder, "--model=file:/x.onnx", "--model: file:/x.onnx (expected: left out"},
            {"--model-repository=" + folder + "/none", "--model-control=none", "none (expected: a folder)"},
            {
                "--model-repository=" + folder,
                "--model-control=poll",
                "--model-control: poll (expected: none or explicit)"
            },
            {"--model-repository=" + folder, "--version-policy=oldest", "--version-policy: oldest (expected: latest"},
            {"--model-repository=" + folder, "--load-model=m", "(expected: --model-control explicit beside it)"},
            {"--model=file:/x.onnx", "--load-model=m", "--load-model: [m] (expected: --model-repository beside it)"},
            {
                "--model=file:/x.onnx",
                "--version-policy=all",
                "--version-policy: all (expected: --model-repository beside"
            }
        }) {
            assertThat(run("serve", options[0], options[1])).as(options[2]).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString()).contains(options[2]);
        }
    }

    @Test
    void tellsAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("serve", "--model", "emulated:?curve=1:1ms", "--port", port))
                    .isEqualTo(ExitCode.PORT);
            assertThat(err.toString()).contains("port " + port + ": cannot be listened on", "--port");
        }
    }

    @Test
    void whatThePoolPinsIsHeldToLikeADigestOfTheSpecification() throws StartException {
        String mine = "sha256:" + "a".repeat(64);
        String pinned = "sha256:" + "b".repeat(64);
        String config = """
                {"models": [{"name": "intent", "task": "tensor", "activeVariant": "fp32", "maxBatchSize": 8, "variants": [
                  {"name": "fp32", "uri": "file:/fp32.onnx", "precision": "fp32"},
                  {"name": "int8", "uri": "file:/int8.onnx", "digest": "%s", "precision": "int8"}]}],
                 "engine": {"provider": "CPU", "instances": 1, "threads": 1}}""".formatted(mine);
        String digests = Json.write(Map.of("fp32", pinned, "int8", pinned, "gone", pinned));
        RuntimeConfig held = new ModelFlags()
                .config(Map.of(RuntimeConfig.ENVIRONMENT, config, RuntimeConfig.DIGESTS_ENVIRONMENT, digests));
        assertThat(held.models().getFirst().variants())
                .extracting(variant -> variant.digest().orElseThrow())
                .containsExactly(pinned, mine);
        assertThatThrownBy(() -> new ModelFlags()
                        .config(Map.of(RuntimeConfig.ENVIRONMENT, config, RuntimeConfig.DIGESTS_ENVIRONMENT, "[")))
                .hasMessageStartingWith("KILTER_MODEL_DIGESTS: ");
    }

    @Test
    void endsWithTheReasonWhenAModelCannotBeLoaded() {
        assertThat(run("profile", "--model", "file:/no/such.onnx")).isEqualTo(ExitCode.MODEL);
        assertThat(err.toString()).contains("file:/no/such.onnx: no such file");
    }

    @Test
    void aProfileOfAnEmulatedModelSaysSo() {
        assertThat(run("profile", "--model", "emulated:?curve=1:100us", "--max-batch-size", "2", "--budget", "30"))
                .isZero();
        ProfileReport report = Json.read(out.toString(), ProfileReport.class);
        assertThat(report.provider()).isEqualTo("Emulated");
        assertThat(report.serviceTime()).hasSize(2);
    }
}
