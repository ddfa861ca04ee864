package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.planner.simulation.control.Counter;
import org.junit.jupiter.api.Test;

/** By the documented defaults; 10 requests a second of each replica. */
class KedaTest {
    private final Sight sight = new Sight(Counter.OFFERED);
    private final Keda keda = new Keda(10, 2, new Bounds(0, 100));

    @Test
    void theRateOfAMinuteIsDividedByTheThreshold() {
        sight.rate(35).pass(75);
        assertThat(decide(2)).isEqualTo(4);
        sight.rate(43).pass(60);
        assertThat(decide(4)).as("within the tolerance of 10 %").isEqualTo(4);
    }

    @Test
    void fromNoneToOneItNeedsMoreThanTheActivationWhenItPolls() {
        sight.rate(2).pass(60);
        assertThat(decide(0)).isZero();
        sight.rate(500).pass(15);
        assertThat(decide(0)).as("75 s: it does not poll").isZero();
        sight.pass(15);
        assertThat(decide(0)).as("90 s").isEqualTo(1);
        sight.pass(15);
        assertThat(decide(1))
                .as("from one on the HPA goes on, without a behavior")
                .isEqualTo(4);
    }

    @Test
    void toNoneItGoesFiveMinutesAfterItWasActive() {
        sight.rate(5).pass(60);
        assertThat(decide(1)).isEqualTo(1);
        sight.rate(0);
        int count = 1;
        int seconds = 60;
        while (count == 1 && seconds < 1_000) {
            sight.pass(15);
            seconds += 15;
            count = decide(1);
        }
        // The rate of a minute is at the activation 36 s after the last request, so active was last 30 s after.
        assertThat(seconds).isEqualTo(390);
    }

    @Test
    void withoutARateTheCountStays() {
        assertThat(decide(3)).isEqualTo(3);
        assertThatThrownBy(() -> new Keda(10, Double.NaN, new Bounds(1, 2))).hasMessageContaining("activation: NaN");
    }

    private int decide(int desired) {
        return keda.decide(sight.with(desired, desired)).getFirst().replicas();
    }
}
