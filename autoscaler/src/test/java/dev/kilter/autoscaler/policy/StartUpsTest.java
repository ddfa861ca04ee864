package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StartUpsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aLongerStartIsBelievedAtOnce() {
        StartUps seen = StartUps.first(1, 1).seen(3, 1, at(0), at(2)).seen(3, 3, at(60), at(62));
        assertThat(seen.typical()).isEqualTo(Duration.ofSeconds(62));
        assertThat(seen.asked()).isEmpty();
    }

    @Test
    void aShorterOneIsBelievedByAndBy() {
        StartUps seen = StartUps.first(1, 1);
        for (int i = 1; i <= 20; i++) {
            seen = seen.seen(i + 1, i, at(100 * i), at(100 * i + 2))
                    .seen(i + 1, i + 1, at(100 * i + 4), at(100 * i + 5));
        }
        assertThat(seen.typical()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5400));
    }

    @Test
    void whatIsGivenBackBeforeItServedTeachesNothing() {
        StartUps seen = StartUps.first(1, 1).seen(4, 1, at(0), at(2)).seen(1, 1, at(4), at(6));
        assertThat(seen.asked()).isEmpty();
        assertThat(seen.seen(1, 2, at(98), at(100)).typical()).isEqualTo(StartUps.UNKNOWN);
    }

    @Test
    void whatNeverServesIsPendingAndNoLongerWaitedFor() {
        StartUps seen = StartUps.first(1, 1).seen(2, 1, at(0), at(2)).seen(2, 1, at(3600), at(3602));
        assertThat(seen.asked()).isEmpty();
        assertThat(seen.typical()).isEqualTo(StartUps.UNKNOWN);
    }

    @Test
    void aPodThatFlapsIsNoStart() {
        StartUps seen = StartUps.first(3, 3).seen(3, 2, at(0), at(2)).seen(3, 3, at(2), at(4));
        assertThat(seen.typical()).isEqualTo(StartUps.UNKNOWN);
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
