package dev.kilter.planner.simulation.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private static final int GAPS = 400_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.7, 1, 2, 4})
    void gammaGapsHaveTheirMeanAndVariation(double cv) {
        assertMoments(new Gaps.Gamma(cv), cv);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 3, 5})
    void hyperexponentialGapsHaveTheirMeanAndVariation(double cv) {
        assertMoments(new Gaps.Hyperexponential(cv), cv);
    }

    private static void assertMoments(Gaps gaps, double cv) {
        SplittableRandom random = new SplittableRandom(3);
        double[] samples = new double[GAPS];
        Arrays.setAll(samples, _ -> gaps.next(random));
        double mean = Arrays.stream(samples).average().orElseThrow();
        double squares = Arrays.stream(samples).map(x -> x * x).average().orElseThrow();
        assertThat(mean).isCloseTo(1, within(4 * cv / Math.sqrt(GAPS)));
        assertThat(Math.sqrt(squares - mean * mean)).isCloseTo(cv, within(0.05 * cv));
    }

    @Test
    void aCurveBringsWhatItsStepsSay() {
        double[] rates = {100, 0, 5_000, 20};
        RateCurve curve = new RateCurve(rates, Duration.ofSeconds(50), Gaps.POISSON);
        long[] arrivals = all(curve);
        for (int step = 0; step < rates.length; step++) {
            long from = step * 50_000_000_000L;
            double expected = rates[step] * 50;
            assertThat((double) LongStream.of(arrivals)
                            .filter(at -> at >= from && at < from + 50_000_000_000L)
                            .count())
                    .isCloseTo(expected, within(4 * Math.sqrt(expected)));
        }
        assertThat(arrivals).isSorted();
        assertThat(curve.lengthNanos()).isEqualTo(200_000_000_000L);
    }

    @Test
    void aMillionfoldBurstIsCounted() {
        double[] rates = {0.1, 100_000, 0.1};
        assertThat(all(new RateCurve(rates, Duration.ofSeconds(10), Gaps.POISSON)).length)
                .isBetween(996_000, 1_004_000);
    }

    @Test
    void theSameSeedGivesTheSameArrivalsAndAnotherOthers() {
        RateCurve curve = RateCurve.constant(50, Duration.ofSeconds(10), new Gaps.Gamma(2));
        assertThat(all(curve)).isEqualTo(all(curve));
        assertThat(curve.start(new SplittableRandom(2)).nextNanos())
                .isNotEqualTo(curve.start(new SplittableRandom(1)).nextNanos());
    }

    @Test
    void aTraceIsReplayedInOrder() {
        assertThat(all(new Trace(30, 10, 20, 20))).containsExactly(10, 20, 20, 30);
        assertThat(all(new Trace())).isEmpty();
    }

    @Test
    void aPartBeginsAtItsOwnZero() {
        assertThat(all(new Trace(1, 5, 9, 12).part(Duration.ofNanos(5), Duration.ofNanos(7))))
                .containsExactly(0, 4);
        RateCurve curve = new RateCurve(new double[] {1, 50, 2}, Duration.ofMinutes(1), Gaps.POISSON);
        Arrivals middle = curve.part(Duration.ofMinutes(1), Duration.ofSeconds(10));
        assertThat(middle.requests()).isEqualTo(3000);
        assertThat(middle.lengthNanos()).isEqualTo(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void severalTimesALoadIsThatManyRequestsWhereTheyWere() {
        long[] each = LongStream.range(0, 10_000).map(i -> i * 1_000_000_000L).toArray();
        for (double factor : new double[] {0.3, 1, 2.5}) {
            Trace more = new Trace(each).times(factor);
            assertThat(more.requests()).isCloseTo(10_000 * factor, Percentage.withPercentage(5));
            assertThat(more.part(Duration.ofSeconds(5000), Duration.ofSeconds(1000))
                            .requests())
                    .isCloseTo(1000 * factor, Percentage.withPercentage(15));
        }
        assertThat(RateCurve.constant(10, Duration.ofMinutes(1), Gaps.POISSON)
                        .times(2.5)
                        .requests())
                .isEqualTo(1500);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Trace(1, -5)).hasMessage("arrival: -5 ns (expected: >= 0)");
        assertThatThrownBy(() -> new RateCurve(new double[] {1, -1}, Duration.ofSeconds(1), Gaps.POISSON))
                .hasMessage("rates[1]: -1.0/s (expected: >= 0, <= 1e9)");
        assertThatThrownBy(() -> new RateCurve(new double[] {Double.NaN}, Duration.ofSeconds(1), Gaps.POISSON))
                .hasMessageContaining("rates[0]");
        assertThatThrownBy(() -> new RateCurve(new double[0], Duration.ofSeconds(1), Gaps.POISSON))
                .hasMessageContaining("rates");
        assertThatThrownBy(() -> RateCurve.constant(1, Duration.ZERO, Gaps.POISSON))
                .hasMessageContaining("step");
        assertThatThrownBy(() -> new Gaps.Gamma(0)).hasMessageContaining("cv: 0.0");
        assertThatThrownBy(() -> new Gaps.Hyperexponential(1)).hasMessageContaining("cv: 1.0");
    }

    private static long[] all(Arrivals arrivals) {
        Arrivals.Stream stream = arrivals.start(new SplittableRandom(1));
        return LongStream.iterate(stream.nextNanos(), at -> at != Arrivals.NEVER, _ -> stream.nextNanos())
                .toArray();
    }
}
