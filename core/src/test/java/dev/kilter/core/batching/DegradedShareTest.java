package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DegradedShareTest {
    private final DegradedShare share = new DegradedShare();

    @Test
    void isEarnedByWhatRan() {
        assertThat(share.left(0.03, 0)).isZero();
        share.ran(1_000, false, 0);
        assertThat(share.left(0.03, 0)).isEqualTo(30);
        assertThat(share.left(0, 0)).isZero();
    }

    @Test
    void isUsedUpByWhatWasDegraded() {
        share.ran(1_000, false, 0);
        share.ran(20, true, 0);
        assertThat(share.left(0.03, 0)).isEqualTo(10);
        share.ran(20, true, 0);
        assertThat(share.left(0.03, 0)).isZero();
    }

    @Test
    void forgetsAfterHalfAnHourWhatWasEarnedAndWhatWasUsed() {
        share.ran(1_000, false, minutes(0));
        share.ran(30, true, minutes(10));
        share.ran(500, false, minutes(10));
        assertThat(share.left(0.1, minutes(29))).isEqualTo(123);
        assertThat(share.left(0.1, minutes(31))).isEqualTo(23);
        assertThat(share.left(0.1, minutes(41))).isZero();
        share.ran(100, false, minutes(300));
        assertThat(share.left(0.1, minutes(300))).isEqualTo(10);
    }

    @Test
    void holdsOverAllTimeHoweverGreedilyItIsUsed() {
        SplittableRandom random = new SplittableRandom(1);
        long ran = 0;
        long degraded = 0;
        for (int minute = -10_000; minute < 10_000; minute++) {
            int good = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(100);
            share.ran(good, false, minutes(minute));
            int lesser = random.nextInt(3) == 0 ? share.left(0.05, minutes(minute)) : 0;
            share.ran(lesser, true, minutes(minute));
            ran += good + lesser;
            degraded += lesser;
        }
        assertThat((double) degraded / ran).isBetween(0.03, 0.05);
    }

    private static long minutes(int minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }
}
