package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LesserAccountTest {
    private final LesserAccount account = new LesserAccount();

    private void ran(int requests, boolean byLesser, long now) {
        for (int i = 0; i < requests; i++) {
            account.ran(false, byLesser, now);
        }
    }

    @Test
    void aShareOfWhatRanMayBeDegraded() {
        assertThat(account.left(0.03, 0)).isZero();
        ran(1_000, false, 0);
        assertThat(account.left(0.03, 0)).isEqualTo(30);
        assertThat(account.left(0, 0)).isZero();
        ran(20, true, 0);
        assertThat(account.left(0.03, 0)).isEqualTo(10);
    }

    @Test
    void whoeverIsPermittedCountsUntilItsEndIsKnown() {
        ran(100, false, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(account.permits(0.03, 0)).isTrue();
        }
        assertThat(account.permits(0.03, 0)).isFalse();
        account.withdrawn();
        assertThat(account.permits(0.03, 0)).isTrue();
        account.ran(true, true, 0);
        assertThat(account.permits(0.03, 0)).isFalse();
        account.ran(true, false, 0);
        assertThat(account.permits(0.03, 0)).isTrue();
    }

    @Test
    void whatRanIsForgottenAfterHalfAnHourAndWhatWasDegradedNotSooner() {
        ran(1_000, false, minutes(0));
        ran(30, true, minutes(10));
        ran(500, false, minutes(10));
        assertThat(account.left(0.1, minutes(28))).isEqualTo(123);
        assertThat(account.left(0.1, minutes(31))).isEqualTo(23);
        assertThat(account.left(0.1, minutes(40))).isZero();
        ran(100, false, minutes(40));
        assertThat(account.left(0.1, minutes(40))).isZero();
        assertThat(account.left(0.1, minutes(41))).isEqualTo(10);
        ran(100, false, minutes(300));
        assertThat(account.left(0.1, minutes(300))).isEqualTo(10);
    }

    @Test
    void theShareHoldsInEveryHalfHourThatEndsWithADegradedRequestHoweverGreedilyItIsUsed() {
        SplittableRandom random = new SplittableRandom(1);
        Deque<Boolean> underWay = new ArrayDeque<>();
        Deque<long[]> ran = new ArrayDeque<>();
        long degraded = 0;
        long all = 0;
        long now = -minutes(100_000);
        for (int i = 0; i < 200_000; i++) {
            now += random.nextLong(i % 5_000 < 1_000 ? 1_000_000_000L : 300_000_000L);
            underWay.add(account.permits(0.05, now));
            if (underWay.size() > random.nextInt(20)) {
                boolean may = underWay.remove();
                boolean lesser = may && i % 3_000 < 500;
                if (may && random.nextInt(10) == 0) {
                    account.withdrawn();
                    continue;
                }
                account.ran(may, lesser, now);
                ran.add(new long[] {now, lesser ? 1 : 0});
                degraded += lesser ? 1 : 0;
                all++;
            }
            while (!ran.isEmpty() && ran.peek()[0] < now - minutes(30)) {
                all--;
                degraded -= ran.remove()[1];
            }
            boolean last = !ran.isEmpty() && ran.getLast()[1] == 1 && ran.getLast()[0] == now;
            if (last) {
                assertThat((double) degraded / all).isLessThanOrEqualTo(0.05);
            }
        }
        assertThat(all).isPositive();
    }

    private static long minutes(int minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }
}
