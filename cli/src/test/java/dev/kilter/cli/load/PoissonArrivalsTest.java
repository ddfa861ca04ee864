package dev.kilter.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoissonArrivalsTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);

    @Test
    void sameSeedGivesTheSameTimesAndAnotherSeedOthers() {
        assertThat(times(hill(), 1)).isEqualTo(times(hill(), 1)).isNotEqualTo(times(hill(), 2));
    }

    @Test
    void theCountFollowsTheAreaUnderTheCurve() {
        // 0.38 of the time at 20/s, 0.22 at 200/s, 0.40 at 110/s on average; the room is about 6 sigma.
        assertThat((double) times(hill(), 7).size()).isCloseTo(60 * 95.6, within(450.0));
    }

    @Test
    void theGapsOfAConstantRateAreExponential() {
        List<Long> times = times(new RateCurve(List.of(new RateCurve.Point(0, 100))), 3);
        double mean = times.getLast() / 1e9 / (times.size() - 1);
        double squares = 0;
        for (int i = 1; i < times.size(); i++) {
            squares += Math.pow((times.get(i) - times.get(i - 1)) / 1e9 - mean, 2);
        }
        double variation = Math.sqrt(squares / times.size()) / mean;
        assertThat(variation).isCloseTo(1, within(0.06));
    }

    @Test
    void aRateOfZeroHasNoArrival() {
        assertThat(times(new RateCurve(List.of(new RateCurve.Point(0, 0))), 1)).isEmpty();
    }

    @Test
    void aCurveThatDoesNotBeginAtZeroIsRefused() {
        assertThatThrownBy(() -> new RateCurve(List.of(new RateCurve.Point(1, 5))))
                .hasMessageContaining("expected: a first one at 0 s");
    }

    private static RateCurve hill() {
        return RateCurve.hill(MINUTE, 20, 200);
    }

    private static List<Long> times(RateCurve curve, long seed) {
        PoissonArrivals arrivals = new PoissonArrivals(curve, MINUTE, seed);
        return LongStream.generate(arrivals::nextNanos)
                .takeWhile(nanos -> nanos != Arrivals.END)
                .boxed()
                .toList();
    }
}
