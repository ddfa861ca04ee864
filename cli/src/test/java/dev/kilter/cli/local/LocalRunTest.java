package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.cli.UserError;
import dev.kilter.cli.explain.Explanation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole line with an emulated model: YAML, plan, processes, gateway, answer, evidence, end. */
@Timeout(180)
class LocalRunTest {

    private static final LocalMachine MACHINE = new LocalMachine(2, 8L << 30, "a CPU");

    private static final String TOY = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: toy}
            spec:
              model:
                variants: [{name: a, uri: 'emulated:?curve=1:5ms,8:10ms'}]
              slo: {latency: {p99: 500ms}}
              batching: {maxBatchSize: 8}
              scaling: {minReplicas: 1, maxReplicas: 2}
            """;

    @TempDir
    Path home;

    private final Notices notices = new Notices(InstantSource.system(), notice -> {});

    @Test
    void aYamlIsServedMeasuredAndEnded() throws Exception {
        List<ProcessHandle> processes;
        try (LocalRun run = start()) {
            assertThat(run.awaitReady(Duration.ofSeconds(90))).isTrue();
            HttpResponse<String> metadata = get(run.port(), "/v2/models/toy");
            assertThat(metadata.statusCode()).as(metadata.body()).isEqualTo(200);
            assertThat(run.plan().pools().getFirst().evidence()).isEqualTo("unmeasured");

            assertThatThrownBy(this::start).isInstanceOf(UserError.class).hasMessageContaining("toy already runs");

            run.gatherEvidence();
            assertThat(run.plan().pools().getFirst().evidence()).isEqualTo("measured");
            assertThat(run.plan().pools()).hasSize(1);
            assertThat(run.desiredReplicas()).isEqualTo(1);
            assertThat(notices.all()).anyMatch(notice -> notice.who().equals("profile"));
            PodFixture.until(() -> LocalFacts.read(home, "toy", Instant.now())
                    .filter(facts -> facts.plan()
                            .orElseThrow()
                            .pools()
                            .getFirst()
                            .evidence()
                            .equals("measured"))
                    .isPresent());
            assertThat(Explanation.of(
                            LocalFacts.read(home, "toy", Instant.now()).orElseThrow()))
                    .startsWith("toy in this machine (process ")
                    .contains(
                            "): it serves\n",
                            "chosen    a on " + LocalMachine.CLASS + ", batches up to ",
                            "(measured)",
                            "1 of 1 replica ready");

            processes = ProcessHandle.current().children().toList();
            assertThat(processes).anyMatch(ProcessHandle::isAlive);
        }
        assertThat(LocalFacts.read(home, "toy", Instant.now()))
                .as("after its end")
                .isEmpty();
        assertThat(processes)
                .filteredOn(process -> process.info().commandLine().orElse("").contains("kilter.pod"))
                .noneMatch(ProcessHandle::isAlive);
        try (LocalRun again = start()) {
            assertThat(again.plan().pools().getFirst().evidence()).isEqualTo("measured");
        }
    }

    private LocalRun start() {
        LocalDeployment local = LocalDeployment.of(DeploymentFile.parse(TOY, "toy.yaml"), MACHINE, "toy.yaml");
        return LocalRun.start(
                local, MACHINE, new LocalRun.Options(0, home, Duration.ofSeconds(2)), new RuntimeCommand(), notices);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
