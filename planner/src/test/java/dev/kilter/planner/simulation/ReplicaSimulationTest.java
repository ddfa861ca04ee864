package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.simulation.BatchTime;
import dev.kilter.core.simulation.Load;
import dev.kilter.core.simulation.Measured;
import dev.kilter.core.simulation.ReplicaSimulation;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.planner.Curves;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaSimulationTest {
    private static final int REQUESTS = 300_000;
    private static final ServiceCurve THREE = Curves.millis(1, 1, 3);

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.8})
    void meanWaitOfSingleFixedServiceIsPollaczekKhinchine(double load) {
        Measured measured = run(THREE, 1, 1, Duration.ZERO, load / 0.003, 1);
        assertThat(measured.meanWaitSeconds()).isCloseTo(load / (2 * (1 - load)) * 0.003, Percentage.withPercentage(4));
        assertThat(measured.meanBatchSize()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.7, 0.85})
    void p99OfSingleFixedServiceIsErlangs(double load) {
        Scenario scenario = Scenario.endless(THREE, 1, 1, Duration.ZERO);
        Load poisson = Load.poisson(load / 0.003, 2_000_000, 5);
        double p99 = ReplicaSimulation.run(scenario, new GreedyBatchPolicy(), poisson)
                .p99Seconds();
        assertThat(erlangWithin(p99 - 0.003, load, 0.003)).isCloseTo(0.99, within(0.0015));
    }

    @Test
    void randomServiceWaitsLongerByItsVariance() {
        ServiceCurve wild = Curves.millis(2, 1, 3);
        double sigma = BatchTime.of(wild, 1).sigma();
        double squaredVariation = Math.expm1(sigma * sigma);
        Measured measured = run(wild, 1, 1, Duration.ZERO, 0.6 / 0.003, 2);
        assertThat(measured.meanWaitSeconds())
                .isCloseTo(0.6 / (2 * 0.4) * (1 + squaredVariation) * 0.003, Percentage.withPercentage(5));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        double first = run(Curves.T4, 2, 8, Duration.ofMillis(2), 900, 5).p99Seconds();
        assertThat(run(Curves.T4, 2, 8, Duration.ofMillis(2), 900, 5).p99Seconds())
                .isEqualTo(first);
        assertThat(run(Curves.T4, 2, 8, Duration.ofMillis(2), 900, 6).p99Seconds())
                .isNotEqualTo(first);
    }

    @Test
    void aDelayGathersCompany() {
        assertThat(run(Curves.T4, 1, 32, Duration.ofMillis(20), 200, 7).meanBatchSize())
                .isGreaterThan(2 * run(Curves.T4, 1, 32, Duration.ZERO, 200, 7).meanBatchSize());
    }

    private static Measured run(ServiceCurve curve, int instances, int batch, Duration delay, double rate, long seed) {
        Scenario scenario = Scenario.endless(curve, instances, batch, delay);
        return ReplicaSimulation.run(scenario, new GreedyBatchPolicy(), Load.poisson(rate, REQUESTS, seed));
    }

    /** Erlang (1909): P(wait <= t) in M/D/1. */
    private static double erlangWithin(double seconds, double load, double service) {
        double rate = load / service;
        double sum = 0;
        for (int j = 0; j * service <= seconds; j++) {
            double x = rate * (j * service - seconds);
            double term = Math.exp(-x);
            for (int i = 1; i <= j; i++) {
                term *= x / i;
            }
            sum += term;
        }
        return (1 - load) * sum;
    }
}
