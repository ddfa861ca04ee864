package dev.kilter.autoscaler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.policy.PolicySettings;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.Fault;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Nodes;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole production loop on a simulated fleet: 30/s for ten minutes, then 120/s for ten; a start takes 20 s. */
class SimulatedAutoscalerTest {
    private static final ServiceCurve CURVE = new ServiceCurve(
            List.of(new ServiceCurve.Point(1, 0.080, 0.092, 100), new ServiceCurve.Point(8, 0.360, 0.414, 100)));

    @Test
    void followsTheLoadAndNamesItsReasons() {
        Outcome outcome = run(experiment());
        assertThat(outcome.windows().get(8).pools().getFirst().ready()).isBetween(2, 4);
        assertThat(outcome.windows().get(13).pools().getFirst().ready()).isBetween(6, 10);
        assertThat(outcome.changes())
                .allSatisfy(change -> assertThat(change.reason()).contains("a replica as measured"));
    }

    @Test
    void theSameExperimentHasTheSameOutcome() {
        assertThat(run(experiment())).isEqualTo(run(experiment()));
    }

    @Test
    void withoutMetricsTheCountIsHeld() {
        Outcome outcome = run(experiment().with(new Fault.MetricsLost(Duration.ofMinutes(5), Duration.ofHours(1))));
        assertThat(outcome.changes())
                .allSatisfy(change -> assertThat(change.at()).isLessThan(Duration.ofSeconds(312)));
    }

    @Test
    void aFullClassIsStoodInForAndTakesItsLoadBack() {
        Nodes two = new Nodes(1, 2, 0, 2, Delay.fixed(Duration.ofSeconds(1)), Duration.ofMinutes(10));
        PoolSpec first = pool(2).on(two);
        PoolSpec second = new PoolSpec(
                "dear", first.variants(), first.point(), 1, 0, first.startUp(), 3, 1, Optional.empty(), first.rule());
        RateCurve arrivals = new RateCurve(new double[] {30, 120, 120, 15, 15}, Duration.ofMinutes(10), Gaps.POISSON);
        Experiment experiment = new Experiment(
                arrivals,
                Duration.ofMillis(800),
                Duration.ZERO,
                List.of(first, second),
                List.of(),
                Duration.ofMinutes(1),
                Duration.ZERO,
                1);
        Outcome outcome = run(experiment);
        assertThat(outcome.windows().get(13).pools().getLast().ready())
                .as("full for less than five minutes")
                .isZero();
        assertThat(outcome.windows().get(18).pools().getFirst().ready()).isEqualTo(2);
        assertThat(outcome.windows().get(18).pools().getLast().ready()).isBetween(4, 8);
        assertThat(outcome.windows().get(25).requests().violations()).isLessThan(0.01);
        assertThat(outcome.windows().get(48).pools().getLast().desired())
                .as("what the first carries alone")
                .isZero();
        assertThat(outcome.pools()).extracting(Outcome.Served::pool).containsExactly("pool", "dear");
        assertThat(outcome.pools().stream().mapToLong(Outcome.Served::answered).sum())
                .isEqualTo(outcome.totals().requests().answered());
        assertThat(outcome.pools().getLast().answered()).isGreaterThan(20_000);
    }

    private static Experiment experiment() {
        RateCurve arrivals = new RateCurve(new double[] {30, 120}, Duration.ofMinutes(10), Gaps.POISSON);
        return Experiment.of(arrivals, Duration.ofMillis(800), pool(4), 1);
    }

    private static PoolSpec pool(int replicas) {
        return PoolSpec.of(
                CURVE, new OperatingPoint("fp32", 8, Optional.empty()), replicas, Delay.fixed(Duration.ofSeconds(20)));
    }

    private static Outcome run(Experiment experiment) {
        RateScalingPolicy policy = new RateScalingPolicy(PolicySettings.DEFAULT);
        return FleetSimulation.run(
                experiment, new SimulatedAutoscaler(policy, ScalingSettings.between(1, 40), experiment));
    }
}
