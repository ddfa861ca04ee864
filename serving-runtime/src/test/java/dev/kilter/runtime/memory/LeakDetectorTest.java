package dev.kilter.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** A process of 2 GiB whose memory is looked at every two seconds. */
class LeakDetectorTest {

    private static final long MIB = 1 << 20;
    private static final long LIMIT = 2048 * MIB;
    private static final long LOADED = 600 * MIB;
    private static final long SECOND = 1_000_000_000L;

    private final LeakDetector detector = new LeakDetector(LeakDetector.Bounds.DEFAULT);
    private final SplittableRandom random = new SplittableRandom(1);
    private long second;
    private long requests;

    /** Serves ten requests a second, with that many bytes after so many requests. Tells the last verdict. */
    private LeakVerdict serve(Duration time, LongUnaryOperator bytesAfter) {
        return serve(time, 20, bytesAfter);
    }

    private LeakVerdict serve(Duration time, int requestsOfTwoSeconds, LongUnaryOperator bytesAfter) {
        LeakVerdict verdict = new LeakVerdict.Steady();
        for (long end = second + time.toSeconds(); second < end; second += 2) {
            requests += requestsOfTwoSeconds;
            long bytes = LOADED + bytesAfter.applyAsLong(requests);
            verdict = look(bytes);
            if (verdict instanceof LeakVerdict.Exhausting) {
                return verdict;
            }
        }
        return verdict;
    }

    private LeakVerdict look(long bytes) {
        return detector.look(second * SECOND, Map.of("m", requests), new MemoryReading(bytes, bytes + 50 * MIB, LIMIT));
    }

    @Test
    void boundsThatAreNoSharesAreRefusedByName() {
        Duration notice = Duration.ofMinutes(5);
        assertThatThrownBy(() -> new LeakDetector.Bounds(0, 0.9, notice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leastGrowth: 0.0 (expected: above 0, at most 1)");
        assertThatThrownBy(() -> new LeakDetector.Bounds(0.02, 1.1, notice))
                .hasMessage("fullAt: 1.1 (expected: above 0, at most 1)");
        assertThatThrownBy(() -> new LeakDetector.Bounds(0.02, Double.NaN, notice))
                .hasMessage("fullAt: NaN (expected: above 0, at most 1)");
        assertThatThrownBy(() -> new LeakDetector.Bounds(0.02, 0.9, Duration.ofSeconds(-1)))
                .hasMessage("notice: PT-1S (expected: >= PT0S)");
        assertThatThrownBy(() -> LeakDetector.Bounds.earlier(2)).hasMessage("random: 2.0 (expected: 0..1)");
        assertThat(LeakDetector.Bounds.earlier(1).fullAt()).isEqualTo(0.85);
    }

    @Test
    void whatGrowsWithTheRequestsIsALeakWithItsSizeAndTheModelThatRan() {
        assertThat(serve(Duration.ofMinutes(3), ran -> ran * MIB / 10))
                .isInstanceOfSatisfying(LeakVerdict.Growing.class, leak -> {
                    assertThat(leak.pace().bytes() / leak.pace().allRequests()).isEqualTo(MIB / 10);
                    assertThat(leak.pace().requests()).containsOnlyKeys("m");
                    // 1 MiB a second is gone of 2048
                    assertThat(leak.pace().nanosUntil(60 * MIB)).isEqualTo(60 * SECOND);
                });
    }

    @Test
    void whatRequestsTakeAndGiveBackIsNone() {
        assertThat(serve(Duration.ofHours(30), _ -> random.nextLong(300 * MIB))).isInstanceOf(LeakVerdict.Steady.class);
    }

    @Test
    void aLeakShowsBelowWhatRequestsTakeAndGiveBack() {
        assertThat(serve(Duration.ofMinutes(3), ran -> ran * MIB / 10 + (ran % 60 == 0 ? 0 : 200 * MIB)))
                .isInstanceOf(LeakVerdict.Growing.class);
    }

    @Test
    void anArenaThatFillsUpIsNone() {
        for (int hour = 0; hour < 48; hour++) {
            assertThat(serve(Duration.ofHours(1), ran -> (long) (500 * MIB * (1 - Math.exp(-ran / 1000.0)))))
                    .as("hour %d", hour)
                    .isInstanceOf(LeakVerdict.Steady.class);
        }
    }

    @Test
    void anArenaThatGrowsEverMoreSlowlyIsNone() {
        for (int hour = 0; hour < 48; hour++) {
            assertThat(serve(Duration.ofHours(1), ran -> (long) (30 * MIB * Math.log((double) ran))))
                    .as("hour %d", hour)
                    .isInstanceOf(LeakVerdict.Steady.class);
        }
    }

    @Test
    void aSlowLeakThatNoiseHidesForMinutesShowsAfterHours() {
        LongUnaryOperator slow = ran -> ran * 1500 + random.nextLong(4 * MIB); // 51 MiB an hour
        assertThat(serve(Duration.ofMinutes(30), slow)).isInstanceOf(LeakVerdict.Steady.class);
        assertThat(serve(Duration.ofHours(2), slow)).isInstanceOf(LeakVerdict.Growing.class);
    }

    @Test
    void memoryThatGrowsWithoutRequestsIsNoModelsFault() {
        assertThat(serve(Duration.ofMinutes(10), 0, _ -> second * MIB)).isInstanceOf(LeakVerdict.Steady.class);
    }

    @Test
    void aModelThatIsRightlyLargeIsNotSentAway() {
        assertThat(serve(Duration.ofHours(1), _ -> 1380 * MIB)).isInstanceOf(LeakVerdict.Steady.class);
    }

    @Test
    void aLeakIsExhaustingFiveMinutesBeforeTheLimitAtItsPace() {
        assertThat(serve(Duration.ofHours(1), ran -> ran * MIB / 10)).isInstanceOf(LeakVerdict.Exhausting.class);
        assertThat(requests / 10).isBetween(2048L - 600 - 50 - 301, 2048L - 600 - 50 - 298); // seconds
    }

    @Test
    void aSlowLeakIsExhaustingOnceNineTenthsOfTheLimitAreUsed() {
        LongUnaryOperator slow = ran -> ran * MIB / 100;
        assertThat(serve(Duration.ofDays(1), slow)).isInstanceOf(LeakVerdict.Exhausting.class);
        double used = (LOADED + 50 * MIB + slow.applyAsLong(requests)) / (double) LIMIT;
        assertThat(used).isBetween(0.9, 0.901);
    }

    @Test
    void replicasThatLeakAlikeLeaveOneAfterTheOther() {
        assertThat(LeakDetector.Bounds.earlier(0)).isEqualTo(LeakDetector.Bounds.DEFAULT);
        assertThat(LeakDetector.Bounds.earlier(1).fullAt()).isEqualTo(0.85);
    }

    @Test
    void aLeakThatEndsIsNoneAnyMore() {
        assertThat(serve(Duration.ofMinutes(3), ran -> ran * MIB / 10)).isInstanceOf(LeakVerdict.Growing.class);
        long at = requests * MIB / 10;
        assertThat(serve(Duration.ofMinutes(1), _ -> at)).isInstanceOf(LeakVerdict.Steady.class);
    }
}
