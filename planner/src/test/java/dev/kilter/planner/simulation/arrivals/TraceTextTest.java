package dev.kilter.planner.simulation.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTextTest {

    @Test
    void momentsCountFromTheFirstWhereverItStands() {
        Arrivals trace = parse(
                "TIMESTAMP,ContextTokens,GeneratedTokens",
                "2023-11-16 18:17:04.0319600,3180,8",
                "2023-11-16 18:17:03.9799600,4808,10");
        assertThat(trace.lengthNanos()).isEqualTo(52_000_001);
        assertThat(trace.start(new SplittableRandom(1)).nextNanos()).isZero();
    }

    @Test
    void secondsAreTakenAsTheyAre() {
        assertThat(parse("seconds", "0.5", "2.25").lengthNanos()).isEqualTo(2_250_000_001L);
    }

    @Test
    void ratesHoldUntilTheNextLine() {
        assertThat(parse("window_start_s,rate_rps,active_clients", "0,212.78,43", "600,179.7,40")
                        .lengthNanos())
                .isEqualTo(1_200_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "when|1|line 1: when (expected: first column TIMESTAMP, seconds or window_start_s)",
                "TIMESTAMP|yesterday|line 2: yesterday (expected: a date and time such as 2023-11-16 18:17:03.97996)",
                "seconds|-1|line 2: -1 (expected: a number of 0 to 1e9 in column 1)",
                "seconds|NaN|line 2: NaN (expected: a number of 0 to 1e9 in column 1)",
                "window_start_s|0|line 1: window_start_s (expected: columns window_start_s,rate_rps and at least two lines)"
            })
    void aLineThatCannotBeReadIsNamed(String columns, String line, String message) {
        assertThatThrownBy(() -> parse(columns, line)).hasMessage("trace, " + message);
    }

    @Test
    void gapsAndDisorderOfRatesAreNamed() {
        String steps = "(expected: steps of one length, in order and without gaps)";
        assertThatThrownBy(() -> parse("window_start_s,rate_rps", "0,1", "600,1", "1800,1"))
                .hasMessage("trace, line 4: 1800,1 " + steps);
        assertThatThrownBy(() -> parse("window_start_s,rate_rps", "600,1", "0,1"))
                .hasMessage("trace, line 2: 600,1 " + steps);
        assertThatThrownBy(() -> parse("window_start_s,rate_rps", "0,1", "600"))
                .hasMessage("trace, line 3: 600 (expected: a number of 0 to 1e9 in column 2)");
    }

    @Test
    void columnsAloneAreNoTrace() {
        assertThatThrownBy(() -> parse("seconds")).hasMessageContaining("1 lines");
    }

    private static Arrivals parse(String... lines) {
        return TraceText.parse(List.of(lines), Gaps.POISSON);
    }
}
