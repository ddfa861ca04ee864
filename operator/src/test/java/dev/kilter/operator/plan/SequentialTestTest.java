package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SequentialTestTest {

    @Test
    void askedAfterEachTrialItIsWrongInAtMostOneOfAHundred() {
        for (double allowed : new double[] {0.02, 0.1, 0.5}) {
            assertThat(falseAlarms(allowed, 1_000, 1_000))
                    .as("allowed %s", allowed)
                    .isLessThanOrEqualTo(0.01);
        }
    }

    /** The expectation over all outcomes is 1, which is what makes it a martingale. */
    @Test
    void underWhatIsAllowedTheEvidenceIsOneInTheMean() {
        double mean = 0;
        int trials = 12;
        for (int hits = 0; hits <= trials; hits++) {
            double probability = binomial(trials, hits) * Math.pow(0.3, hits) * Math.pow(0.7, trials - hits);
            mean += probability * evidence(hits, trials);
        }
        assertThat(mean).isEqualTo(1, within(1e-9));
    }

    private static double evidence(int hits, int trials) {
        // No hit at all is told as no evidence, which is less than it is.
        double none = 0;
        for (int i = 1; i <= 16; i++) {
            double odds = 0.3 / 0.7 * Math.pow(1.5, i);
            none += Math.pow(1 / (1 + odds) / 0.7, trials) / 16;
        }
        return hits == 0 ? none : Math.exp(SequentialTest.logEvidence(hits, trials, 0.3));
    }

    @Test
    void fewTrialsProveNothingAndManyDo() {
        assertThat(SequentialTest.exceeds(3, 3, 0.5)).isFalse();
        assertThat(SequentialTest.exceeds(7, 7, 0.5)).isFalse();
        assertThat(SequentialTest.exceeds(8, 8, 0.5)).isTrue();
        assertThat(SequentialTest.exceeds(20, 1_000, 0.02)).isFalse();
        assertThat(SequentialTest.exceeds(50, 1_000, 0.02)).isTrue();
        assertThat(SequentialTest.exceeds(500_000_000, 1_000_000_000, 0.02)).isTrue();
    }

    @Test
    void whatIsAlwaysAllowedIsNeverExceededAndWhereNothingIsAllowedTwoProveIt() {
        assertThat(SequentialTest.exceeds(1_000, 1_000, 1)).isFalse();
        assertThat(SequentialTest.exceeds(0, 1_000, 0)).isFalse();
        assertThat(SequentialTest.exceeds(2, 1_000, 0)).isTrue();
    }

    private static double falseAlarms(double allowed, int seeds, int trials) {
        int alarms = 0;
        for (int seed = 0; seed < seeds; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long hits = 0;
            for (int n = 1; n <= trials; n++) {
                hits += random.nextDouble() < allowed ? 1 : 0;
                if (SequentialTest.exceeds(hits, n, allowed)) {
                    alarms++;
                    break;
                }
            }
        }
        return (double) alarms / seeds;
    }

    private static double binomial(int n, int k) {
        double result = 1;
        for (int i = 1; i <= k; i++) {
            result = result * (n - k + i) / i;
        }
        return result;
    }
}
