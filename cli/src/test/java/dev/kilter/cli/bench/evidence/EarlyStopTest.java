package dev.kilter.cli.bench.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EarlyStopTest {

    private static final Objective P99 = new Objective(99, Duration.ofMillis(50), 0.99);

    @Test
    void aSingleLookAsksForAsManyRequestsAsLoadGen() {
        // LoadGen's own figures at 99% confidence: 459 without a breach, 662 for the first that may be discarded.
        assertThat(EarlyStop.once(P99, 458, 0)).isEqualTo(Verdict.UNDECIDED);
        assertThat(EarlyStop.once(P99, 459, 0)).isEqualTo(Verdict.PROVEN);
        assertThat(EarlyStop.once(P99, 661, 1)).isEqualTo(Verdict.UNDECIDED);
        assertThat(EarlyStop.once(P99, 662, 1)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void theBinomialAgreesWithItsSumOfTerms() {
        double sum = 0;
        double term = Math.pow(0.9, 40);
        for (int k = 0; k <= 7; k++) {
            sum += term;
            assertThat(Distributions.binomialAtMost(k, 40, 0.1)).isCloseTo(sum, within(1e-12));
            assertThat(Distributions.binomialAtLeast(k + 1, 40, 0.1)).isCloseTo(1 - sum, within(1e-12));
            term *= (40 - k) / (k + 1.0) * 0.1 / 0.9;
        }
    }

    @Test
    void itHoldsForMillionsOfRequests() {
        assertThat(Distributions.binomialAtMost(100_000, 10_000_000, 0.01)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void aServerThatNeverBreaksItIsProvenAfterSomeHundredRequests() {
        assertThat(decidedAfter(0, 1, 10_000)).isBetween(500L, 600L);
    }

    @Test
    void aServerThatAlwaysBreaksItIsRefutedAtOnce() {
        assertThat(decidedAfter(1, 1, 10_000)).isEqualTo(20);
    }

    @Test
    void lookingOftenProvesTheUntrueNoMoreOftenThanItSays() {
        int runs = 400;
        int wrong = 0;
        for (int seed = 0; seed < runs; seed++) {
            EarlyStop stop = new EarlyStop(P99);
            wrong += run(stop, 0.0101, seed, 20_000) == Verdict.PROVEN ? 1 : 0;
        }
        // Expected: less than 1% of 400; a look after every request at LoadGen's bound proves it in some 10% of the
        // runs.
        assertThat(wrong).isLessThanOrEqualTo(10);
    }

    @Test
    void lookingOftenRefutesTheTrueNoMoreOftenThanItSays() {
        int wrong = 0;
        for (int seed = 0; seed < 400; seed++) {
            wrong += run(new EarlyStop(P99), 0.0099, seed, 20_000) == Verdict.REFUTED ? 1 : 0;
        }
        assertThat(wrong).isLessThanOrEqualTo(10);
    }

    @Test
    void aVerdictStays() {
        EarlyStop stop = new EarlyStop(P99);
        assertThat(stop.look(1000, 0)).isEqualTo(Verdict.PROVEN);
        assertThat(stop.look(2000, 1000)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void anObjectiveNamesWhatIsWrongWithIt() {
        assertThatThrownBy(() -> new Objective(100, Duration.ofMillis(1), 0.99))
                .hasMessage("percentile: 100.0 (expected: above 0, below 100)");
        assertThat(P99).hasToString("p99 <= 50 ms");
    }

    private static long decidedAfter(double share, long seed, int most) {
        EarlyStop stop = new EarlyStop(P99);
        SplittableRandom random = new SplittableRandom(seed);
        long breaches = 0;
        for (int n = 1; n <= most; n++) {
            breaches += random.nextDouble() < share ? 1 : 0;
            if (stop.look(n, breaches) != Verdict.UNDECIDED) {
                return n;
            }
        }
        return -1;
    }

    private static Verdict run(EarlyStop stop, double share, long seed, int most) {
        SplittableRandom random = new SplittableRandom(seed);
        long breaches = 0;
        Verdict verdict = Verdict.UNDECIDED;
        for (int n = 1; n <= most && verdict == Verdict.UNDECIDED; n++) {
            breaches += random.nextDouble() < share ? 1 : 0;
            verdict = stop.look(n, breaches);
        }
        return verdict;
    }
}
