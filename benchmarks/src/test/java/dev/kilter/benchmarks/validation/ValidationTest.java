package dev.kilter.benchmarks.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve;
import dev.kilter.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ValidationTest {

    /** Not how close they are: this machine may be busy with anything. */
    @Test
    void theSameArrivalsGoThroughTheRealThingAndTheSimulator(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("report.json");
        int code = new CommandLine(new Validation())
                .execute("--only=v-to-b16", "--seconds=1", "--repeats=0", "--json=" + json);
        assertThat(code).isIn(0, 1);
        Validation.Report report = Json.read(Files.readString(json), Validation.Report.class);
        Comparison comparison = report.comparisons().getFirst();
        assertThat(comparison.real()).hasSize(2);
        long offered = comparison.simulated().getFirst().offered();
        assertThat(offered).isPositive();
        assertThat(comparison.real()).allSatisfy(real -> {
            assertThat(real.offered()).isEqualTo(offered);
            assertThat(real.answered() + real.refused() + real.broken()).isEqualTo(offered);
        });
    }

    @Test
    void thereAreTwentyConfigurationsOrMoreEachWithItsName() {
        List<String> names =
                Configurations.all().stream().map(Configuration::name).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(20).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownConfigurationIsTold() {
        int code = new CommandLine(new Validation())
                .setExecutionExceptionHandler((e, _, _) -> {
                    assertThat(e).hasMessageStartingWith("--only: [nobody] (expected: of [");
                    return 3;
                })
                .execute("--only=nobody");
        assertThat(code).isEqualTo(3);
    }

    @Test
    void theCurveOfAnEmulatedModelIsTheOneInItsUri() {
        ServiceCurve curve =
                Model.emulated("toy", "1:10ms,16:100ms").given("fp32").orElseThrow();
        assertThat(curve.meanSeconds(6)).isCloseTo(0.04, within(1e-12));
        assertThat(Configurations.all().getFirst().capacity(curve)).isCloseTo(100, within(1e-9));
    }

    @Test
    void arrivalsFollowTheSharesAndTheSeed() {
        Load load = Load.poisson(0.5, 1.5);
        long[] arrivals = load.arrivals(100, Duration.ofSeconds(200), 7);
        assertThat(arrivals)
                .isEqualTo(load.arrivals(100, Duration.ofSeconds(200), 7))
                .isSorted();
        long early = Arrays.stream(arrivals).filter(at -> at < 100_000_000_000L).count();
        assertThat((double) early / arrivals.length).isBetween(0.22, 0.28);
    }
}
