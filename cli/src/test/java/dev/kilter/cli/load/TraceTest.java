package dev.kilter.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {

    @TempDir
    private Path folder;

    @Test
    void timestampsOfTheAzureTracesBecomeArrivals() throws IOException {
        Trace trace = Trace.read(
                file("TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.9799600,4808\n2023-11-16 18:17:04.4799600,110\n"),
                1);

        assertThat(((Trace.Times) trace).nanos()).hasSize(2).satisfies(nanos -> {
            assertThat(nanos[0]).isZero();
            assertThat((double) nanos[1]).isCloseTo(5e8, within(1e3));
        });
    }

    @Test
    void plainSecondsBecomeArrivalsAndSpeedBringsThemCloser() throws IOException {
        assertThat(((Trace.Times) Trace.read(file("10\n12\n11\n"), 2)).nanos())
                .containsExactly(0L, 500_000_000L, 1_000_000_000L);
    }

    @Test
    void windowsOfServeGenBecomeRatesThatSpeedShortensButDoesNotRaise() throws IOException {
        Trace.Rates rates =
                (Trace.Rates) Trace.read(file("window_start_s,rate_rps,active\n0,212.78,43\n600,100,40\n"), 60);

        assertThat(rates.length()).isEqualTo(Duration.ofSeconds(20));
        assertThat(rates.curve().at(9.9)).isEqualTo(212.78);
        assertThat(rates.curve().at(10)).isEqualTo(100);
        assertThat(rates.curve().mean(20)).isCloseTo(156.39, within(0.01));
    }

    @Test
    void aLineThatIsNoTimeIsNamed() throws IOException {
        Path file = file("1\nsoon\n");

        assertThatThrownBy(() -> Trace.read(file, 1))
                .hasMessageContaining("line 2: \"soon\" (expected: seconds, or a time such as");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        Path file = file("TIMESTAMP,a\n");

        assertThatThrownBy(() -> Trace.read(file, 1)).hasMessageContaining("no line with a time");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.csv"), text);
    }
}
