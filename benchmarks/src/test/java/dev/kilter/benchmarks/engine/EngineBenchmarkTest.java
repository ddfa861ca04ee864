package dev.kilter.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EngineBenchmarkTest {

    @Test
    void everyContenderDoesTheWorkAndIsReported(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("report.json");
        String model = Path.of("../serving-runtime/src/test/resources/models/mixed.onnx")
                .toAbsolutePath()
                .toString();
        int code = new CommandLine(new EngineBenchmark())
                .execute(
                        model,
                        "--sizes=1,3",
                        "--contenders=bare,ort,djl,server",
                        "--rounds=2",
                        "--round-millis=2",
                        "--warm-up-millis=1",
                        "--json=" + json);
        assertThat(code).isZero();
        EngineBenchmark.Report report = Json.read(Files.readString(json), EngineBenchmark.Report.class);
        assertThat(report.lines())
                .extracting(EngineBenchmark.Line::contender)
                .containsExactly(
                        "bare loop", "ort", "djl", "in-process server", "bare loop", "ort", "djl", "in-process server");
        assertThat(report.lines())
                .allSatisfy(line -> assertThat(line.itemsPerSecond().median()).isPositive());
    }

    @Test
    void anUnknownContenderIsTold() {
        int code = new CommandLine(new EngineBenchmark())
                .setExecutionExceptionHandler((e, _, _) -> {
                    assertThat(e).hasMessage("--contenders: tensorflow (see --help)");
                    return 3;
                })
                .execute("../serving-runtime/src/test/resources/models/fixed.onnx", "--contenders=tensorflow");
        assertThat(code).isEqualTo(3);
    }
}
