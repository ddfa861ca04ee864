package dev.kilter.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class WordingTest {

    @Test
    void saysNumbersAsPeopleReadThem() {
        assertThat(Wording.seconds(0.0712)).isEqualTo("71.2ms");
        assertThat(Wording.seconds(0.05)).isEqualTo("50ms");
        assertThat(Wording.seconds(1.234)).isEqualTo("1.23s");
        assertThat(Wording.seconds(Double.POSITIVE_INFINITY)).isEqualTo("unbounded");
        assertThat(Wording.rate(410.4)).isEqualTo("410/s");
        assertThat(Wording.rate(12345.6)).isEqualTo("12346/s");
        assertThat(Wording.percent(0.928)).isEqualTo("92.8%");
        assertThat(Wording.bytes(16L << 30)).isEqualTo("16Gi");
        assertThat(Wording.bytes(512L << 20)).isEqualTo("512Mi");
        assertThat(Wording.money(new BigDecimal("3.5"))).isEqualTo("3.50");
        assertThat(Wording.money(new BigDecimal("0.0350"))).isEqualTo("0.035");
        assertThat(Wording.money(new BigDecimal("1E+3"))).isEqualTo("1000.00");
        assertThat(Wording.replicas(1)).isEqualTo("1 replica");
    }
}
