package dev.kilter.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.ServiceCurve.Point;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTimeTest {

    @ParameterizedTest
    @ValueSource(doubles = {1.05, 1.3, 2, 4})
    void hasTheMeasuredMeanAndTail(double tail) {
        BatchTime time = time(tail);
        SplittableRandom random = new SplittableRandom(1);
        double mean = random.doubles(200_000)
                .map(ignored -> time.at(random.nextGaussian()))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(0.010, within(0.0003));
        assertThat(time.at(2.3263478740408408)).isCloseTo(0.010 * tail, within(1e-9));
    }

    @Test
    void isFixedWhereMeanAndTailAreEqual() {
        BatchTime time = time(1);
        assertThat(time.at(3)).isEqualTo(0.010);
        assertThat(time.at(-3)).isEqualTo(0.010);
    }

    @Test
    void readsATailThatNoSuchTimeHasAsTheLongestItCan() {
        assertThat(time(1000).sigma()).isEqualTo(1);
    }

    private static BatchTime time(double tail) {
        return BatchTime.of(new ServiceCurve(List.of(new Point(1, 0.010, 0.010 * tail, 10))), 1);
    }
}
