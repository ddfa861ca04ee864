package dev.kilter.planner.simulation.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.Curves;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClairvoyantTest {

    @Test
    void ordersEachReplicaAStartBeforeItIsNeeded() {
        assertThat(Clairvoyant.ordered(new int[] {1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1}, 3))
                .containsExactly(1, 1, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1);
    }

    @Test
    void keepsAReplicaThroughAGapThatIsNoLongerThanItsStart() {
        assertThat(Clairvoyant.ordered(new int[] {2, 1, 1, 1, 2}, 3)).containsExactly(2, 2, 2, 2, 2);
        assertThat(Clairvoyant.ordered(new int[] {2, 1, 1, 1, 1, 2}, 3)).containsExactly(2, 1, 2, 2, 2, 2);
    }

    @Test
    void meetsTheBoundAtLittleMoreThanTheLoad() {
        // One replica answers 100/s at most; 4 of 8 minutes at 200/s, 4 at 800/s.
        RateCurve arrivals = new RateCurve(new double[] {200, 800}, Duration.ofMinutes(4), Gaps.POISSON);
        PoolSpec pool = PoolSpec.of(
                Curves.millis(1, 1, 10),
                new OperatingPoint("fp32", 1, Optional.empty()),
                4,
                Delay.fixed(Duration.ofSeconds(20)));
        Experiment experiment = Experiment.of(arrivals, Duration.ofMillis(100), pool, 1);
        Frontier frontier = new Clairvoyant(experiment, 100).frontier();
        double leastReplicaHours = (2 + 8) * 4 / 60.0;
        assertThat(frontier.costAt(0.001).orElseThrow()).isBetween(leastReplicaHours, 1.3 * leastReplicaHours);
    }
}
