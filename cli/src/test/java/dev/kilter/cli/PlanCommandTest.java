package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.build.Hashes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final String INTENT = EXAMPLES.resolve("emulated-t4.yaml").toString();
    private static final String CLASSES =
            EXAMPLES.resolve("accelerator-classes.yaml").toString();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void withoutEvidenceItSaysSoAndHowToGetSome() {
        assertThat(plan("-f", INTENT, "-f", CLASSES)).isZero();
        assertThat(out.toString())
                .startsWith("emulated-t4: p99 150ms at 100 requests a second")
                .contains("note: fp16 on t4 is unmeasured; on a cluster the operator measures it");
    }

    /** As {@code kubectl get modelprofiles -o yaml} prints them. */
    @Test
    void aClustersProfilesAreEvidence() throws IOException {
        String profiles = profiles("kilter/kilter-serving-runtime:0.1.0").toString();
        assertThat(plan("-f", INTENT, "-f", CLASSES, "-f", profiles)).isZero();
        assertThat(out.toString()).containsPattern("t4 +fp16 +\\d+ +1 .* measured");

        assertThat(plan("-f", INTENT, "-f", CLASSES, "-f", profiles, "--rate", "900"))
                .isZero();
        assertThat(out.toString()).containsPattern("t4 +fp16 +\\d+ +[23] .* measured");
    }

    @Test
    void whatNothingMeetsHasItsOwnExitCodeAndTheNearest() throws IOException {
        String profiles = profiles("kilter/kilter-serving-runtime:0.1.0").toString();
        assertThat(plan("-f", INTENT, "-f", CLASSES, "-f", profiles, "--rate", "50000"))
                .isEqualTo(3);
        assertThat(out.toString()).contains("Not everything can be had. ", "scaling.maxReplicas ", "Nearest:");
    }

    @Test
    void evidenceOfAnotherImageIsNamed() throws IOException {
        String profiles = profiles("kilter/kilter-serving-runtime:0.0.9").toString();
        assertThat(plan("-f", INTENT, "-f", CLASSES, "-f", profiles, "--runtime-image", "mine:2"))
                .isZero();
        assertThat(out.toString())
                .contains("is unmeasured: the profile measured is of image kilter/kilter-serving-runtime:0.0.9 (not"
                        + " mine:2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-f /no/such/file|/no/such/file: no such file",
                "-f CLASSES|0 of kind InferenceDeployment in the files (expected: exactly one)",
                "-f INTENT -f INTENT|2 of kind InferenceDeployment in the files (expected: exactly one)",
                "-f INTENT -f CLASSES --rate -4|--rate: -4.0 (expected: above 0, at most 1e9)",
                "-f INTENT -f CLASSES --rate NaN|--rate: NaN (expected: above 0, at most 1e9)"
            })
    void whatIsWrongIsNamedWithWhatWasExpected(String arguments, String message) {
        String[] given =
                arguments.replace("INTENT", INTENT).replace("CLASSES", CLASSES).split(" ");
        assertThat(plan(given)).isEqualTo(1);
        assertThat(err.toString()).contains(message);
    }

    private Path profiles(String image) throws IOException {
        String source = Hashes.of("emulated:?curve=1:8ms,8:20ms,32:60ms&ready=2s");
        return Files.writeString(folder.resolve("profiles.yaml"), """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: serving.kilter.dev/v1alpha1
                  kind: ModelProfile
                  metadata: {name: measured, labels: {serving.kilter.dev/source: '%s'}}
                  spec:
                    modelDigest: sha256:%s
                    acceleratorClass: t4
                    provider: Emulated
                    runtimeImage: %s
                    serviceTime:
                    - {batchSize: 1, mean: 8ms, p99: 9ms, samples: 100}
                    - {batchSize: 8, mean: 20ms, p99: 22ms, samples: 100}
                    - {batchSize: 32, mean: 60ms, p99: 66ms, samples: 100}
                """.formatted(source, "0".repeat(64), image));
    }

    private int plan(String... arguments) {
        List<String> all = new ArrayList<>(List.of("plan"));
        all.addAll(Arrays.asList(arguments));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }
}
