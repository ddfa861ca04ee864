package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentFileTest {

    private static final LocalMachine MACHINE = new LocalMachine(2, 8L << 30, "a CPU");

    private static final String GOOD = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: toy}
            spec:
              model:
                variants: [{name: a, uri: 'emulated:?curve=1:8ms,8:20ms'}]
              slo: {latency: {p99: 50ms}}
              batching: {maxBatchSize: 8}
              scaling: {minReplicas: 1, maxReplicas: 2}
            """;

    @Test
    void aFileThatIsNoTextIsToldApart(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), new byte[] {8, (byte) 0xff, 0, (byte) 0xc3});
        assertThatThrownBy(() -> DeploymentFile.read(file))
                .isInstanceOf(UserError.class)
                .hasMessage(file + ": no text in UTF-8 (expected: YAML)");
    }

    @Test
    void defaultsAreThoseOfTheApi() {
        InferenceDeployment deployment = DeploymentFile.parse(GOOD, "x.yaml");
        assertThat(deployment.getSpec().model().task()).isEqualTo("tensor");
        assertThat(deployment.getSpec().hardware().policy()).isEqualTo("Cheapest");
        assertThat(LocalDeployment.of(deployment, MACHINE, "x.yaml").remarks())
                .anyMatch(remark -> remark.contains("emulated"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    maxBatchSize: 8   | maxBatchsize: 8   | spec.batching.maxBatchsize
                    maxBatchSize: 8   | maxBatchSize: 0   | spec.batching.maxBatchSize
                    p99: 50ms         | p99: 50           | spec.slo.latency.p99
                    p99: 50ms         | p99: 50 ms        | spec.slo.latency.p99
                    name: toy         | name: Toy_1       | metadata.name
                    minReplicas: 1    | minReplicas: 3    | minReplicas
                    minReplicas: 1, maxReplicas: 2 | minReplicas: 3, maxReplicas: 4 | as this machine has cores
                    v1alpha1          | v1                | apiVersion
                    name: a, uri      | name: a, url      | url
                    emulated:?curve=1:8ms,8:20ms | emulated:?curve=fast | uri
                    emulated:?curve=1:8ms,8:20ms | pvc://claim/m.onnx   | a volume needs a cluster
                    """)
    void aWrongFieldIsNamedWithWhatWasExpected(String right, String wrong, String named) {
        String yaml = GOOD.replace(right, wrong);
        assertThat(yaml).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("x.yaml: ")
                .hasMessageContaining(named)
                .hasMessageContaining("expected");
    }

    @Test
    void allProblemsAreToldAtOnce() {
        String yaml = GOOD.replace("p99: 50ms", "p99: fast").replace("maxBatchSize: 8", "maxBatchSize: none");
        assertThatThrownBy(() -> read(yaml))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("spec.slo.latency.p99")
                .hasMessageContaining("spec.batching.maxBatchSize");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a: [", "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: x}"})
    void whatIsNoInferenceDeploymentIsRefused(String yaml) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(UserError.class).hasMessageStartingWith("x.yaml: ");
    }

    @Test
    void aMissingFileIsOneSentence() {
        assertThatThrownBy(() -> DeploymentFile.read(Path.of("nowhere.yaml"))).hasMessage("nowhere.yaml: no such file");
    }

    private static LocalDeployment read(String yaml) {
        return LocalDeployment.of(DeploymentFile.parse(yaml, "x.yaml"), MACHINE, "x.yaml");
    }
}
