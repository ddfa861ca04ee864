package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ArrivalRateTest {
    private static final long MS = 1_000_000;

    private final ArrivalRate rate = new ArrivalRate();

    private long arrive(int count, int items, long gap, long start) {
        long now = start;
        for (int i = 0; i < count; i++) {
            now += gap;
            rate.arrived(items, now);
        }
        return now;
    }

    @Test
    void isUnknownBeforeTwoRequestsCame() {
        rate.arrived(1, 5);
        assertThat(rate.itemsPerSecond(6)).isZero();
    }

    @Test
    void countsItemsAndNotRequests() {
        long now = arrive(500, 4, 2 * MS, 0);
        assertThat(rate.itemsPerSecond(now)).isCloseTo(2_000, Percentage.withPercentage(1));
    }

    @Test
    void followsAChangeWithinAFewHundredRequests() {
        long now = arrive(500, 1, 10 * MS, 0);
        now = arrive(600, 1, MS, now);
        assertThat(rate.itemsPerSecond(now)).isCloseTo(1_000, Percentage.withPercentage(10));
    }

    @Test
    void fallsWhenArrivalsStop() {
        long now = arrive(500, 1, MS, 0);
        assertThat(rate.itemsPerSecond(now + 10_000 * MS)).isLessThan(20);
    }
}
