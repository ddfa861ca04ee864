package dev.kilter.cli.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.autoscaler.simulation.SimulatedAutoscaler;
import dev.kilter.cli.simulate.SimulatedDeployment;
import dev.kilter.cli.simulate.SimulatedDeployment.Conditions;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.Planner;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code kilter simulate} beside operator and autoscaler as they are, under one load: t4 has room for two replicas and
 * at 600/s lacks more. What stands in has no time to leave before the second burst, and has left before the third.
 */
class SpillInSimulationTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void whatStandsInComesAndGoesAsTheOperatorHasIt() {
        double[] rates = minutes(10, 100, 20, 600, 3, 100, 5, 600, 20, 100, 15, 600);
        PlayedCluster cluster =
                SpillInVirtualTimeTest.cluster(100, 4, _ -> 2, _ -> 8, second -> (int) rates[second / 60]);
        PlanInputs inputs = cluster.planInputs();

        List<Integer> played = new ArrayList<>();
        for (int second = 0; second < 60 * rates.length; second++) {
            boolean stood = cluster.replicas("a100") > 0;
            cluster.until(second + 1);
            if (cluster.replicas("a100") > 0 != stood) {
                played.add(second);
            }
        }
        List<Integer> simulated = simulated(inputs, rates);
        assertThat(played).hasSize(3);
        assertThat(simulated).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(simulated.get(i)).as("as played: %s", played).isCloseTo(played.get(i), within(30));
        }
        assertThat(played.get(0)).as("full for 5 minutes").isBetween(900, 940);
        assertThat(played.get(2)).as("and again, once it had left").isBetween(3780, 3820);
    }

    private static List<Integer> simulated(PlanInputs inputs, double[] rates) {
        PlanOutcome.Chosen chosen = (PlanOutcome.Chosen) Planner.plan(inputs.request());
        SimulatedDeployment deployment = SimulatedDeployment.of(
                inputs,
                chosen.plan(),
                new RateCurve(rates, MINUTE, new Gaps.Gamma(0.1)),
                new Conditions(Duration.ofSeconds(10), Duration.ZERO, Map.of("t4", 2), Duration.ZERO, 1, 1));
        Outcome outcome = FleetSimulation.run(
                deployment.experiment(),
                new SimulatedAutoscaler(
                        new RateScalingPolicy(),
                        deployment.settings(),
                        deployment.experiment(),
                        deployment.fullAfter()));
        return outcome.changes().stream()
                .filter(change -> change.pool().equals("a100") && (change.from() == 0 || change.to() == 0))
                .map(change -> (int) change.at().toSeconds())
                .toList();
    }

    private static double[] minutes(int... lengthThenRate) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < lengthThenRate.length; i += 2) {
            for (int minute = 0; minute < lengthThenRate[i]; minute++) {
                rates.add((double) lengthThenRate[i + 1]);
            }
        }
        return rates.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
