package dev.kilter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceCurveTest {
    private final ServiceCurve curve =
            new ServiceCurve(List.of(new Point(2, 0.010, 0.012, 10), new Point(4, 0.014, 0.020, 10)));

    @Test
    void isTheSameWhenCoarseWhereItMovedALittleAndNeverFaster() {
        ServiceCurve before =
                new ServiceCurve(List.of(new Point(1, 0.00301, 0.0033, 100), new Point(8, 0.02, 0.03, 9)));
        ServiceCurve after = new ServiceCurve(List.of(new Point(1, 0.00302, 0.0033, 140), new Point(8, 0.02, 0.03, 9)));
        assertThat(before.coarse()).isEqualTo(after.coarse());
        for (int batch : new int[] {1, 8}) {
            assertThat(before.coarse().meanSeconds(batch))
                    .isBetween(before.meanSeconds(batch), before.meanSeconds(batch) * 1.0513);
            assertThat(before.coarse().p99Seconds(batch))
                    .isBetween(before.p99Seconds(batch), before.p99Seconds(batch) * 1.0513);
        }
    }

    @Test
    void isLinearBetweenMeasuredSizes() {
        assertThat(curve.meanSeconds(3)).isCloseTo(0.012, within(1e-12));
        assertThat(curve.p99Seconds(3)).isCloseTo(0.016, within(1e-12));
    }

    @Test
    void goesOnWithTheLastSlopeBeyondTheLargest() {
        assertThat(curve.meanSeconds(10)).isCloseTo(0.026, within(1e-12));
        assertThat(curve.p99Seconds(10)).isCloseTo(0.044, within(1e-12));
    }

    @Test
    void keepsTheSmallestsTimeBelowIt() {
        assertThat(curve.meanSeconds(1)).isEqualTo(0.010);
    }

    @Test
    void growsInProportionFromASinglePoint() {
        ServiceCurve single = new ServiceCurve(List.of(new Point(2, 0.010, 0.010, 1)));
        assertThat(single.meanSeconds(8)).isCloseTo(0.040, within(1e-12));
    }

    @Test
    void liftsADipToTheSizeBeforeIt() {
        ServiceCurve dip = new ServiceCurve(
                List.of(new Point(1, 0.010, 0.015, 1), new Point(2, 0.008, 0.009, 1), new Point(4, 0.012, 0.013, 1)));
        assertThat(dip.meanSeconds(2)).isEqualTo(0.010);
        assertThat(dip.p99Seconds(2)).isEqualTo(0.015);
        assertThat(dip.p99Seconds(4)).isEqualTo(0.015);
    }

    @Test
    void aTailNeverFallsBelowItsMeanWhenExtrapolated() {
        ServiceCurve crossing = new ServiceCurve(List.of(new Point(1, 0.001, 0.010, 1), new Point(2, 0.009, 0.010, 1)));
        assertThat(crossing.p99Seconds(8)).isEqualTo(crossing.meanSeconds(8));
    }

    @Test
    void refusesSizesThatDoNotRise() {
        assertThatThrownBy(() -> new ServiceCurve(List.of(new Point(4, 0.1, 0.1, 1), new Point(4, 0.1, 0.1, 1))))
                .hasMessage("points: batch size 4 after 4 (expected: ascending)");
    }
}
