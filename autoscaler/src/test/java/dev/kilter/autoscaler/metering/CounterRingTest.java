package dev.kilter.autoscaler.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CounterRingTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final CounterRing ring = new CounterRing(Duration.ofSeconds(60), 30, 1);

    @Test
    void countsOnlyWhatFellInTheWindow() {
        add(0, 0);
        add(10, 100);
        add(20, 10);
        assertThat(growth(10)).isEqualTo(10, within(1e-9));
        assertThat(growth(20)).isEqualTo(110, within(1e-9));
    }

    @Test
    void takesGrowthAsEvenBetweenPoints() {
        add(0, 0);
        add(10, 100);
        assertThat(growth(5)).isEqualTo(50, within(1e-9));
    }

    @Test
    void jitterOfTheScrapesDoesNotMoveASteadyRate() {
        add(0, 0);
        double at = 0;
        for (int i = 0; i < 40; i++) {
            double step = i % 3 == 0 ? 2.7 : 1.6;
            at += step;
            add(at, 100 * step);
        }
        assertThat(growth(10)).isEqualTo(1000, within(1.0));
    }

    @Test
    void tellsHowMuchOfTheWindowItHasSeen() {
        assertThat(ring.covered(Duration.ofSeconds(10))).isZero();
        add(0, 0);
        add(4, 1);
        assertThat(ring.covered(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(4));
        add(30, 1);
        assertThat(ring.covered(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void goesRoundWithoutForgettingItsSpan() {
        for (int second = 0; second <= 1000; second++) {
            add(second, second == 0 ? 0 : 5);
        }
        assertThat(growth(60)).isEqualTo(300, within(10.0));
    }

    @Test
    void timeThatRunsBackwardsStandsStill() {
        add(0, 0);
        add(10, 100);
        add(5, 50);
        assertThat(growth(60)).isEqualTo(150, within(1e-9));
    }

    private void add(double second, double growth) {
        ring.add(START.plusMillis((long) (second * 1000)), new double[] {growth});
    }

    private double growth(int seconds) {
        return ring.growth(Duration.ofSeconds(seconds))[0];
    }
}
