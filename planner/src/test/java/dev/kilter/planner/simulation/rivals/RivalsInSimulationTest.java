package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.Curves;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.Fault;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import dev.kilter.planner.simulation.control.Controller;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One replica answers 100/s; 50/s for five minutes, then 500/s for ten, then 50/s for fifteen. */
class RivalsInSimulationTest {
    private static final Bounds BOUNDS = new Bounds(1, 40);

    @Test
    void theHpaOvershootsNothingByUtilisationButIsSlow() {
        Outcome outcome = run(new Hpa(Hpa.Metric.UTILIZATION, 0.5, BOUNDS));
        assertThat(readyAt(outcome, 4)).isBetween(1, 2);
        // The utilisation saturates at 1, so each look sees twice the target at most.
        assertThat(readyAt(outcome, 5)).isLessThan(8);
        assertThat(readyAt(outcome, 14)).isBetween(10, 14);
        assertThat(readyAt(outcome, 18)).as("300 s of stabilisation").isEqualTo(readyAt(outcome, 15));
        assertThat(readyAt(outcome, 29)).isBetween(1, 2);
    }

    @Test
    void theKpaPanicsOnTheStep() {
        Outcome outcome = run(new Kpa(Kpa.Metric.RPS, 71, BOUNDS));
        assertThat(outcome.changes()).anySatisfy(change -> {
            assertThat(change.at()).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(308));
            assertThat(change.reason()).contains("panics");
        });
        assertThat(readyAt(outcome, 6)).isBetween(10, 13);
        assertThat(readyAt(outcome, 29)).isBetween(1, 2);
    }

    @Test
    void kedaFollowsTheRateOfAMinute() {
        Outcome outcome = run(new Keda(50, 0, BOUNDS));
        assertThat(readyAt(outcome, 7)).isBetween(9, 12);
        assertThat(readyAt(outcome, 29)).isBetween(1, 2);
    }

    @Test
    void withoutMetricsNobodyMoves() {
        Fault dark = new Fault.MetricsLost(Duration.ZERO, Duration.ofHours(1));
        for (Controller rival : new Controller[] {
            new Hpa(Hpa.Metric.CONCURRENCY, 1, BOUNDS),
            new Hpa(Hpa.Metric.REQUESTS, 50, BOUNDS),
            new Kpa(Kpa.Metric.CONCURRENCY, 1, BOUNDS),
            new Keda(50, 0, BOUNDS)
        }) {
            assertThat(run(rival, dark).changes()).isEmpty();
        }
    }

    private static Outcome run(Controller controller, Fault... faults) {
        double[] rates = new double[30];
        for (int minute = 0; minute < rates.length; minute++) {
            rates[minute] = minute >= 5 && minute < 15 ? 500 : 50;
        }
        PoolSpec pool = PoolSpec.of(
                Curves.millis(1, 1, 10),
                new OperatingPoint("fp32", 1, Optional.empty()),
                1,
                Delay.fixed(Duration.ofSeconds(30)));
        RateCurve curve = new RateCurve(rates, Duration.ofMinutes(1), Gaps.POISSON);
        return FleetSimulation.run(
                Experiment.of(curve, Duration.ofMillis(100), pool, 7).with(faults), controller);
    }

    private static int readyAt(Outcome outcome, int minute) {
        return outcome.windows().get(minute).pools().getFirst().ready();
    }
}
