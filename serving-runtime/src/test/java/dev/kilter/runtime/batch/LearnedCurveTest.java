package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LearnedCurveTest {

    private static final long MS = 1_000_000;
    private final LearnedCurve curve = new LearnedCurve();

    @Test
    void knowsNothingUntilSomethingRan() {
        assertThat(curve.meanSeconds(1)).isEmpty();
        assertThat(curve.points()).isEmpty();
    }

    @Test
    void isLinearBetweenSizesLevelBelowAndProportionalBeyond() {
        curve.record(2, 10 * MS);
        curve.record(4, 20 * MS);
        assertThat(curve.meanSeconds(1)).hasValue(0.010);
        assertThat(curve.meanSeconds(3).orElseThrow()).isEqualTo(0.015, Offset.offset(1e-9));
        assertThat(curve.meanSeconds(8)).hasValue(0.040);
    }

    @Test
    void followsAnEngineThatBecomesSlowerAndForgetsItsOldTail() {
        for (int i = 0; i < 1000; i++) {
            curve.record(1, i < 20 ? 100 * MS : 10 * MS);
        }
        assertThat(curve.points().getFirst().meanMillis()).isEqualTo(10, Offset.offset(0.1));
        assertThat(curve.points().getFirst().p99Millis()).isEqualTo(10, Offset.offset(0.1));
        for (int i = 0; i < 200; i++) {
            curve.record(1, 30 * MS);
        }
        assertThat(curve.points().getFirst().meanMillis()).isEqualTo(30, Offset.offset(0.5));
        assertThat(curve.points().getFirst().samples()).isEqualTo(1200);
    }

    @Test
    void theTailIsThatOfTheSlowestHundredth() {
        for (int i = 0; i < 200; i++) {
            curve.record(1, i % 50 == 0 ? 80 * MS : 10 * MS);
        }
        assertThat(curve.points().getFirst().p99Millis()).isEqualTo(80);
    }
}
