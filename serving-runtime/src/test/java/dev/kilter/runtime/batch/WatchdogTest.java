package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.batching.LearnedCurve;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private final Watchdog watchdog =
            new Watchdog(new Watchdog.Patience(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMillis(50)));
    private long now = 77;

    private static Batch batch(long cautiousNanos) {
        return new Batch(List.of(), 1, "key", new LearnedCurve(), "v", false, 0, 0, 0, 0, cautiousNanos);
    }

    /** Whether the batch hangs after it ran for that long, looked at every tick. */
    private boolean hangs(Batch batch, Duration ran, long longest) {
        boolean hangs = !watchdog.hung(List.of(batch), longest, now).isEmpty();
        for (long passed = 0; passed < ran.toNanos(); passed += TICK) {
            now += TICK;
            hangs = !watchdog.hung(List.of(batch), longest, now).isEmpty();
        }
        return hangs;
    }

    @Test
    void aRunHangsOnceItTakesTwentyTimesTheLongestEver() {
        Batch batch = batch(0);
        assertThat(hangs(batch, Duration.ofSeconds(20), LONGEST)).isFalse();
        assertThat(hangs(batch, Duration.ofMillis(100), LONGEST)).isTrue();
        assertThat(watchdog.hung(List.of(), LONGEST, now)).isEmpty();
    }

    @Test
    void whatIsExpectedOfTheBatchItselfCountsToo() {
        assertThat(hangs(batch(10 * LONGEST), Duration.ofSeconds(190), LONGEST)).isFalse();
    }

    @Test
    void aFastModelHasTimeForAHiccupAndAnUnknownOneForItsFirstRuns() {
        assertThat(hangs(batch(1000), Duration.ofSeconds(9), 1000)).isFalse();
        assertThat(hangs(batch(0), Duration.ofMinutes(4), 0)).isFalse();
        assertThat(hangs(batch(0), Duration.ofSeconds(301), 0)).isTrue();
    }

    @Test
    void anotherBatchBeginsAtNothing() {
        hangs(batch(0), Duration.ofSeconds(19), LONGEST);
        assertThat(hangs(batch(0), Duration.ofSeconds(19), LONGEST)).isFalse();
    }

    @Test
    void aProcessThatWasStoppedForAnHourSeesNobodyHang() {
        Batch batch = batch(0);
        hangs(batch, Duration.ofSeconds(5), LONGEST);
        now += TimeUnit.HOURS.toNanos(1);
        assertThat(watchdog.hung(List.of(batch), LONGEST, now)).isEmpty();
    }
}
