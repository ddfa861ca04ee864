package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(longs = {20, 50, 200, 5_000})
    void fallsWithTheFirstFewGapsAfterADrop(long gap) {
        long now = arrive(500, 1, 2 * MS, 0);
        now = arrive(4, 1, gap * MS, now);
        assertThat(rate.itemsPerSecond(now)).isCloseTo(1e3 / gap, Percentage.withPercentage(35));
    }

    @Test
    void isWithinAQuarterOfTheTruthAtNearlyEveryMoment() {
        SplittableRandom random = new SplittableRandom(1);
        double now = 0;
        int off = 0;
        for (int i = 0; i < 100_000; i++) {
            now += random.nextExponential() * MS;
            rate.arrived(1, Math.round(now));
            double known = rate.itemsPerSecond(Math.round(now));
            off += i > 500 && Math.abs(known - 1_000) > 250 ? 1 : 0;
        }
        assertThat(off).isLessThan(1_000);
    }

    @Test
    void isNotShakenByAFewAtOnce() {
        long now = 0;
        for (int i = 0; i < 200; i++) {
            now = arrive(4, 1, 0, now + 4 * MS);
        }
        assertThat(rate.itemsPerSecond(now)).isCloseTo(1_000, Percentage.withPercentage(5));
        assertThat(rate.itemsPerSecond(now + 4 * MS)).isCloseTo(1_000, Percentage.withPercentage(5));
    }

    @Test
    void fallsWhenArrivalsStop() {
        long now = arrive(500, 1, MS, 0);
        assertThat(rate.itemsPerSecond(now + 10_000 * MS)).isLessThan(1);
    }
}
