package dev.kilter.planner.simulation.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShapesTest {

    static Stream<Function<Shapes, double[]>> shapes() {
        return Stream.of(
                Shapes::level,
                shapes -> shapes.diurnal(Duration.ofMinutes(20)),
                shapes -> shapes.steps(8, Duration.ofMinutes(3)),
                shapes -> shapes.ramps(8, Duration.ofMinutes(3)),
                shapes -> shapes.spikes(4, Duration.ofMinutes(1), Duration.ofMinutes(5)),
                shapes -> shapes.onOff(5, Duration.ofSeconds(30)),
                shapes -> shapes.flashCrowd(8, Duration.ofMinutes(1), Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isTheSameForTheSameSeedAndHasTheMeanThatIsAskedFor(Function<Shapes, double[]> shape) {
        double[] rates = shape.apply(new Shapes(Duration.ofMinutes(30), 7));
        assertThat(rates)
                .isEqualTo(shape.apply(new Shapes(Duration.ofMinutes(30), 7)))
                .hasSize(900);
        assertThat(DoubleStream.of(rates).allMatch(rate -> rate >= 0 && Double.isFinite(rate)))
                .isTrue();
        RateCurve curve = Shapes.scaled(rates, 50, Gaps.POISSON);
        Arrivals.Stream stream = curve.start(new SplittableRandom(1));
        int count = 0;
        while (stream.nextNanos() != Arrivals.NEVER) {
            count++;
        }
        assertThat(count / 1800.0).isCloseTo(50, within(1.0));
    }
}
