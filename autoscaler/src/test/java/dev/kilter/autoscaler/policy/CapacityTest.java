package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CapacityTest {

    @Test
    void whereOnlyThatIsKnownReplicasCarryInProportion() {
        Capacity capacity = new Capacity(100, 100, 0.8, true, "as measured");
        assertThat(capacity.carriedBy(1)).isCloseTo(80, within(1e-9));
        assertThat(capacity.carriedBy(10)).isCloseTo(800, within(1e-9));
        assertThat(capacity.neededFor(400)).isCloseTo(5, within(1e-9));
    }

    @Test
    void oneCarriesWhatItCarriesAndManyMoreThanThatEach() {
        Capacity capacity = new Capacity(100, 125, 1, true, "as measured");
        assertThat(capacity.carriedBy(1)).isCloseTo(100, within(1e-9));
        assertThat(capacity.carriedBy(10) / 10).isBetween(110.0, 120.0);
        assertThat(capacity.carriedBy(100) / 100).isBetween(120.0, 125.0);
    }

    @Test
    void whatIsNeededForWhatTheyCarryIsThey() {
        Capacity capacity = new Capacity(100, 125, 0.9, true, "as measured");
        for (int replicas = 0; replicas < 200; replicas++) {
            assertThat(capacity.neededFor(capacity.carriedBy(replicas))).isCloseTo(replicas, within(1e-9));
        }
    }
}
