package dev.kilter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ObjectivesTest {

    @Test
    void sayWhichFieldIsWrongAndWhatWasExpected() {
        assertThatThrownBy(() -> new Slo(Duration.ZERO, 0.001, Duration.ofMinutes(5)))
                .hasMessage("slo.latency.p99: PT0S (expected: > 0)");
        assertThatThrownBy(() -> new Slo(Duration.ofMillis(50), 1.5, Duration.ofMinutes(5)))
                .hasMessage("slo.maxErrorRate: 1.5 (expected: 0..1)");
        assertThatThrownBy(() -> new Quality("accuracy", 93)).hasMessage("quality.value: 93.0 (expected: 0..1)");
        assertThatThrownBy(() -> new QualityGoal(0.92, 0.93, 0)).hasMessage("quality.floor: 0.93 (expected: 0..0.92)");
        assertThatThrownBy(() -> new QualityGoal(0.93, Double.NaN, 0)).hasMessageStartingWith("quality.floor: NaN");
    }

    @Test
    void tellTheObjectiveInSeconds() {
        assertThat(new Slo(Duration.ofMillis(50), 0, Duration.ofMinutes(5)).p99Seconds())
                .isEqualTo(0.05);
    }
}
