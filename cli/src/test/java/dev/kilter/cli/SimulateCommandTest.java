package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.operator.build.Hashes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final String INTENT = EXAMPLES.resolve("emulated-t4.yaml").toString();
    private static final String CLASSES =
            EXAMPLES.resolve("accelerator-classes.yaml").toString();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private String evidence;
    private String trace;

    @BeforeEach
    void write() throws IOException {
        evidence = Files.writeString(folder.resolve("profiles.yaml"), """
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ModelProfile
                metadata: {name: measured, labels: {serving.kilter.dev/source: '%s'}}
                spec:
                  modelDigest: sha256:%s
                  acceleratorClass: t4
                  provider: Emulated
                  runtimeImage: kilter/kilter-serving-runtime:0.1.0
                  serviceTime:
                  - {batchSize: 1, mean: 8ms, p99: 9ms, samples: 100}
                  - {batchSize: 8, mean: 20ms, p99: 22ms, samples: 100}
                  - {batchSize: 32, mean: 60ms, p99: 66ms, samples: 100}
                """.formatted(
                                Hashes.of("emulated:?curve=1:8ms,8:20ms,32:60ms&ready=2s"), "0".repeat(64)))
                .toString();
        trace = Files.writeString(folder.resolve("trace.csv"), """
                window_start_s,rate_rps
                0,100
                60,900
                120,900
                180,100
                """).toString();
    }

    @Test
    void tellsForEachWhoScalesWhatBecameOfTheSameLoad() {
        assertThat(simulate("--trace", trace, "--warm-up", "30s")).isZero();
        assertThat(out.toString())
                .startsWith("emulated-t4 on t4, fp16: ")
                .containsPattern("(?m)^kilter +p99 150 ms +\\d+\\.\\d{3}% +0\\.000% +\\d+ ms +\\d")
                .containsPattern("(?m)^hpa +3\\d\\d\\.\\d/s a replica +\\d")
                .containsPattern("(?m)^kpa +")
                .containsPattern("(?m)^keda +");
        assertThat(replicas("kilter")).as("two carry 900/s").isGreaterThanOrEqualTo(2);
        assertThat(err.toString()).contains("simulating kilter ...", "simulating keda ...");
    }

    @Test
    void theSameSeedTellsTheSame() {
        simulate("--trace", trace, "--rivals", "none", "--seed", "7");
        String first = out.toString();
        out.getBuffer().setLength(0);
        simulate("--trace", trace, "--rivals", "none", "--seed", "7");
        assertThat(out.toString()).isEqualTo(first).doesNotContain("hpa");
    }

    @Test
    void aPartOfTheLoadAndSeveralTimesItCanBeAskedFor() {
        simulate(
                "--trace",
                trace,
                "--rivals",
                "none",
                "--from",
                "1m",
                "--for",
                "2m",
                "--times",
                "0.5",
                "--warm-up",
                "0s");
        assertThat(out.toString()).containsPattern(": 5[34],\\d{3} requests in 2 min");
    }

    @Test
    void burstsAreAnsweredByTheLesserVariantWithinItsShare() throws IOException {
        Path json = folder.resolve("bursts.json");
        assertThat(bursts("--rivals", "hpa", "--json", json.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^t4 +fp16, in bursts int8 +100\\.000% +[0-2]\\.\\d+% ")
                .containsPattern("(?m)^hpa .*% +0\\.000% ");
        JsonNode scalers = new ObjectMapper().readTree(json.toFile()).get("scalers");
        assertThat(scalers.get(0).get("lesserShare").doubleValue()).isBetween(1e-4, 0.0301);
        assertThat(scalers.get(0).get("cost").doubleValue())
                .isLessThan(scalers.get(1).get("cost").doubleValue());
    }

    @Test
    void whereAClassIsFullTheNextStandsIn() throws IOException {
        Path page = folder.resolve("bursts.html");
        assertThat(bursts("--rivals", "hpa", "--room", "t4=3", "--provisioning", "60s", "--html", page.toString()))
                .isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^t4 +fp16, in bursts int8 +\\d\\d\\.\\d{3}%")
                .containsPattern("(?m)^a100 +fp16, in bursts int8 +\\d\\d\\.\\d{3}%");
        assertThat(Files.readString(page))
                .contains("replicas that serve, by class", "answers by a lesser variant", "<td>a100</td>");
    }

    private int bursts(String... more) throws IOException {
        String load = Files.writeString(folder.resolve("bursts.csv"), """
                window_start_s,rate_rps
                0,100
                600,100
                1200,190
                1800,100
                2400,190
                3000,190
                3600,100
                """).toString();
        List<String> all = new ArrayList<>(List.of("simulate", "--trace", load));
        for (String file : List.of("emulated-bursts", "accelerator-classes", "emulated-bursts-profiles")) {
            all.addAll(List.of("-f", EXAMPLES.resolve(file + ".yaml").toString()));
        }
        all.addAll(Arrays.asList(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void thePageHasThePlotsAndTheReasons() throws IOException {
        Path page = folder.resolve("page.html");
        simulate("--trace", trace, "--html", page.toString());
        assertThat(Files.readString(page))
                .startsWith("<!doctype html>")
                .contains("Load, requests a second", "Replicas that serve", "p99, ms", "Cost so far", "a replica")
                .endsWith("</html>\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trace /no/such|--trace: /no/such: no such file",
                "--trace TRACE --rivals hpa,vpa|--rivals: vpa (expected: some of hpa, kpa, keda, or none)",
                "--trace TRACE --times 0|--times: 0.0 (expected: above 0, at most 1e6)",
                "--trace TRACE --cv -1|--cv: -1.0 (expected: above 0, at most 100)",
                "--trace TRACE --aim 3|--aim: 3.0 (expected: above 0, at most 2)",
                "--trace TRACE --from 4h|(expected: before the end, at PT4M)",
                "--trace TRACE --warm-up 1h|--warm-up: PT1H (expected: shorter than the load, which is 240 s)",
                "--trace TRACE --room a100=2|--room: a100 (expected: one of t4)",
                "--trace TRACE --room t4=0|--room: t4=0 (expected: 1 or more)",
                "--trace TRACE --times 900|million requests (expected: at most 100 million; take a part with --from",
                "--trace INTENT|(expected: first column TIMESTAMP, seconds or window_start_s)"
            })
    void whatIsWrongIsNamedWithWhatWasExpected(String arguments, String message) {
        assertThat(simulate(arguments
                        .replace("TRACE", trace)
                        .replace("INTENT", INTENT)
                        .split(" ")))
                .isEqualTo(1);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void withoutEvidenceItSaysHowToGetSome() {
        assertThat(run("simulate", "-f", INTENT, "-f", CLASSES, "--trace", trace))
                .isEqualTo(1);
        assertThat(err.toString()).contains("fp16 on t4 is unmeasured", "kubectl get modelprofiles");
    }

    private int replicas(String who) {
        Matcher line = Pattern.compile("(?m)^" + who + ".* most (\\d+) ").matcher(out.toString());
        assertThat(line.find()).as(out.toString()).isTrue();
        return Integer.parseInt(line.group(1));
    }

    private int simulate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("simulate", "-f", INTENT, "-f", CLASSES, "-f", evidence));
        all.addAll(Arrays.asList(arguments));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
