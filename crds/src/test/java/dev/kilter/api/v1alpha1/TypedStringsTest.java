package dev.kilter.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedStringsTest {

    @ParameterizedTest
    @CsvSource({
        "50ms, PT0.05S",
        "2.5ms, PT0.0025S",
        "1.5s, PT1.5S",
        "5m, PT5M",
        "24h, PT24H",
        "250us, PT0.00025S",
        "0s, PT0S"
    })
    void durationsAreReadExactly(String text, Duration duration) {
        assertThat(DurationText.parse("spec.window", text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.05S, 50ms",
        "PT0.0381234S, 38.123ms",
        "PT1.5S, 1.5s",
        "PT90S, 90s",
        "PT5M, 5m",
        "PT24H, 24h",
        "PT0.00025S, 250us",
        "PT0S, 0us",
        "PT1234567.5S, 342.935h"
    })
    void durationsAreWrittenShort(Duration duration, String text) {
        assertThat(DurationText.of(duration)).isEqualTo(text);
        assertThat(Format.DURATION.matches(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "50 ms", "-1ms", "1d", "ms", "", "1h30m", "1e3s", "1234567s"})
    void whatIsNoDurationIsRefusedByFieldValueAndExpectation(String text) {
        assertThatThrownBy(() -> DurationText.parse("spec.slo.latency.p99", text))
                .hasMessage("spec.slo.latency.p99: " + text
                        + " (expected: a number and a unit (us, ms, s, m, h), such as 50ms)");
    }

    @Test
    void aMissingStringIsRefusedLikeAWrongOne() {
        assertThatThrownBy(() -> DurationText.parse("spec.window", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("spec.window: null (expected: ");
    }

    @ParameterizedTest
    @CsvSource({"0%, 0", "0.1%, 0.001", "99.97%, 0.9997", "100%, 1"})
    void percentagesAreFractions(String text, double fraction) {
        assertThat(Percentage.parse("spec.slo.maxErrorRate", text)).isEqualTo(fraction);
        assertThat(Percentage.of(fraction)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1", "101%", "100.1%", "-1%", "%"})
    void whatIsNoPercentageIsRefused(String text) {
        assertThatThrownBy(() -> Percentage.parse("spec.slo.maxErrorRate", text))
                .hasMessage("spec.slo.maxErrorRate: " + text + " (expected: 0% to 100%, such as 99.9%)");
    }

    @Test
    void almostAllIsNotAll() {
        assertThat(Percentage.of(0.999999)).isEqualTo("99.99%");
    }

    @Test
    void moneyIsDecimal() {
        assertThat(Money.parse("cost", "0.35")).isEqualByComparingTo("0.35");
        assertThat(Money.of(new BigDecimal("1.05"))).isEqualTo("1.05");
        assertThat(Money.of(new BigDecimal("4"))).isEqualTo("4.00");
        assertThat(Money.of(new BigDecimal("0.0000125"))).isEqualTo("0.000013");
        assertThatThrownBy(() -> Money.parse("cost", "4,00")).hasMessageStartingWith("cost: 4,00 (expected: ");
    }
}
