package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.planner.simulation.control.Counter;
import org.junit.jupiter.api.Test;

/** By the rules of Knative's autoscaler.go and the documented defaults; ten requests under way aim at seven. */
class KpaTest {
    private final Sight sight = new Sight(Counter.IN_FLIGHT_NANOS);
    private final Kpa kpa = new Kpa(Kpa.Metric.CONCURRENCY, 10, new Bounds(1, 100));

    @Test
    void theStableMeanIsDividedBySeventyPercentOfTheTarget() {
        sight.rate(21).pass(120);
        assertThat(decide(3, 3)).isEqualTo(3);
        sight.rate(22).pass(60);
        assertThat(decide(3, 3)).isEqualTo(4);
    }

    @Test
    void twiceTheReadyPodsWithinSixSecondsIsAPanic() {
        sight.rate(7).pass(120);
        assertThat(decide(1, 1)).isEqualTo(1);
        sight.rate(70).pass(4);
        // 4 of 6 seconds at 70 and 2 at 7: 49, 7 pods; the stable mean asks for 2 only.
        assertThat(decide(1, 1)).isEqualTo(7);
        sight.pass(2);
        assertThat(decide(7, 1)).isEqualTo(10);
    }

    @Test
    void inAPanicItNeverScalesInAndItLastsForAStableWindow() {
        sight.rate(7).pass(60);
        decide(1, 1);
        sight.rate(70).pass(6);
        assertThat(decide(1, 1)).isEqualTo(10);
        sight.rate(7).pass(60);
        assertThat(decide(10, 10)).as("60 s after").isEqualTo(10);
        sight.pass(1);
        assertThat(decide(10, 10)).as("61 s after, not below half").isEqualTo(5);
    }

    @Test
    void lessThanTwiceIsNoPanic() {
        sight.rate(35).pass(120);
        decide(5, 5);
        sight.pass(61);
        assertThat(decide(5, 5)).isEqualTo(5);
        sight.rate(60).pass(6);
        // 9 pods in 6 s, below twice 5; the stable mean is 37.5.
        assertThat(decide(5, 5)).isEqualTo(6);
    }

    @Test
    void withMoreThanOnePodItBeginsInAPanic() {
        sight.rate(0).pass(10);
        assertThat(decide(6, 6)).isEqualTo(6);
        sight.pass(61);
        assertThat(decide(6, 6)).isEqualTo(3);
    }

    @Test
    void requestsASecondAreScaledOnInTheSameWay() {
        Sight requests = new Sight(Counter.OFFERED).rate(210).pass(120);
        Kpa rps = new Kpa(Kpa.Metric.RPS, 100, new Bounds(1, 100));
        assertThat(rps.decide(requests.with(1, 1)).getFirst().replicas()).isEqualTo(3);
    }

    @Test
    void withoutDataTheCountStaysAndBoundsHold() {
        assertThat(decide(4, 4)).isEqualTo(4);
        sight.rate(7_000).pass(60);
        assertThat(decide(4, 4)).isEqualTo(100);
        assertThatThrownBy(() -> new Kpa(Kpa.Metric.RPS, 0, new Bounds(1, 2)))
                .hasMessage("target: 0.0 (expected: > 0)");
        assertThatThrownBy(() -> new Bounds(3, 2)).hasMessageContaining("bounds: 3 to 2");
    }

    private int decide(int desired, int ready) {
        return kpa.decide(sight.with(desired, ready)).getFirst().replicas();
    }
}
