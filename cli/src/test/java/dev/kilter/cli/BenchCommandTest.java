package dev.kilter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rate 0|--rate: 0.0 (expected: 0.01 to 1000000)",
                "--rate 5 --concurrency 3|expected: one of them",
                "--rate 5 --slo fast|--slo: fast (expected: such as 'p99<=50ms')",
                "--rate 5 --slo p99<=50ms --confidence 2|confidence: 2.0 (expected: above 0.5, below 1)",
                "--find-max|--find-max: true (expected: --slo beside it)",
                "--steps 5|--steps: 5 (expected: RATE:TIME, such as 100:10s)",
                "--trace /no/such/file|/no/such/file: not readable",
                "--rate 5 --http 3|--http: 3 (expected: 1.1 or 2)",
                "--rate 5 --url ftp://x|url: ftp://x (expected: http://HOST:PORT or https://HOST:PORT)",
                "--rate 5 --shape x=1,two|--shape: two (expected: a number)",
                "--duration 5s|load: none"
            })
    void whatIsWrongIsNamedWithWhatWasExpected(String options, String message) {
        assertThat(run(("bench --model m " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void helpTellsTheExitCodes() {
        assertThat(run("bench", "--help")).isZero();
        assertThat(out.toString()).contains("the load generator was the bottleneck", "--find-max", "Does it hold?");
    }

    @Test
    void aServerThatIsNotThereIsSomethingToMend() {
        assertThat(run("bench", "--model", "m", "--rate", "5", "--url", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("kilter: GET http://127.0.0.1:1/v2/models/m: ");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
