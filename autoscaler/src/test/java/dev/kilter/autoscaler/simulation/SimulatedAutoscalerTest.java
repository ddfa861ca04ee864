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

    private static Experiment experiment() {
        RateCurve arrivals = new RateCurve(new double[] {30, 120}, Duration.ofMinutes(10), Gaps.POISSON);
        PoolSpec pool = PoolSpec.of(
                CURVE, new OperatingPoint("fp32", 8, Optional.empty()), 4, Delay.fixed(Duration.ofSeconds(20)));
        return Experiment.of(arrivals, Duration.ofMillis(800), pool, 1);
    }

    private static Outcome run(Experiment experiment) {
        RateScalingPolicy policy = new RateScalingPolicy(PolicySettings.DEFAULT);
        return FleetSimulation.run(
                experiment, new SimulatedAutoscaler(policy, ScalingSettings.between(1, 40), experiment));
    }
}
