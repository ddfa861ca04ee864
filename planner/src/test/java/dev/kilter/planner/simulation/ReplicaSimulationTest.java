package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.capacity.BatchTime;
import dev.kilter.core.capacity.Replica;
import dev.kilter.planner.Curves;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaSimulationTest {
    private static final int REQUESTS = 300_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.8})
    void meanWaitOfSingleFixedServiceIsPollaczekKhinchine(double load) {
        Replica replica = new Replica(Curves.millis(1, 1, 3), 1, 1, Duration.ZERO);
        Measured measured = run(replica, load * replica.saturation(), 1);
        assertThat(measured.meanWaitSeconds()).isCloseTo(load / (2 * (1 - load)) * 0.003, Percentage.withPercentage(4));
        assertThat(measured.meanBatchSize()).isEqualTo(1);
    }

    @Test
    void randomServiceWaitsLongerByItsVariance() {
        Replica replica = new Replica(Curves.millis(2, 1, 3), 1, 1, Duration.ZERO);
        double sigma = BatchTime.of(replica.curve(), 1).sigma();
        double squaredVariation = Math.expm1(sigma * sigma);
        Measured measured = run(replica, 0.6 * replica.saturation(), 2);
        assertThat(measured.meanWaitSeconds())
                .isCloseTo(0.6 / (2 * 0.4) * (1 + squaredVariation) * 0.003, Percentage.withPercentage(5));
    }

    @ParameterizedTest
    @CsvSource({
        "CPU,  1,  8,  30", "CPU,  1,  8, 100",
        "T4,   1, 32,  10", "T4,   1, 32,  25",
        "A100, 1, 32,   5", "A100, 1, 32,  10",
        "FIXED, 1, 8,  18", "WILD, 1, 32,  40"
    })
    void atTheAnalysedCapacityTheSimulatedP99IsTheObjective(String curve, int instances, int batch, int millis) {
        Replica replica = new Replica(Curves.named(curve), instances, batch, Duration.ZERO);
        Duration objective = Duration.ofMillis(millis);
        double capacity = replica.capacity(objective);
        assertThat(capacity).isPositive().isLessThan(Replica.MAX_LOAD * replica.saturation());
        Measured measured = run(replica, capacity, 3);
        assertThat(measured.p99Seconds()).isCloseTo(millis / 1e3, Percentage.withPercentage(10));
        assertThat(measured.attainment(objective)).isCloseTo(0.99, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({
        "CPU, 1, 32, 5,  60",
        "T4,   1, 32, 5, 25",
        "CPU, 2,  8, 0,  60",
        "T4,   2, 32, 0, 25",
        "A100, 2, 32, 0, 6",
        "CPU, 4,  8, 0, 100",
        "T4,   4,  8, 0, 20",
        "A100, 4, 32, 0, 5"
    })
    void whereTheAnalysisApproximatesItPromisesTooLittle(
            String curve, int instances, int batch, int delay, int millis) {
        Replica replica = new Replica(Curves.named(curve), instances, batch, Duration.ofMillis(delay));
        Measured measured = run(replica, replica.capacity(Duration.ofMillis(millis)), 4);
        assertThat(measured.p99Seconds()).isBetween(millis / 1e3 * 0.5, millis / 1e3 * 1.03);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Replica replica = new Replica(Curves.T4, 2, 8, Duration.ofMillis(2));
        assertThat(run(replica, 900, 5).p99Seconds())
                .isEqualTo(run(replica, 900, 5).p99Seconds());
        assertThat(run(replica, 900, 5).p99Seconds())
                .isNotEqualTo(run(replica, 900, 6).p99Seconds());
    }

    @Test
    void aDelayGathersCompany() {
        Replica none = new Replica(Curves.T4, 1, 32, Duration.ZERO);
        Replica some = new Replica(Curves.T4, 1, 32, Duration.ofMillis(20));
        assertThat(run(some, 200, 7).meanBatchSize())
                .isGreaterThan(2 * run(none, 200, 7).meanBatchSize());
    }

    private static Measured run(Replica replica, double rate, long seed) {
        return ReplicaSimulation.run(Scenario.of(replica), new GreedyBatchPolicy(), Load.poisson(rate, REQUESTS, seed));
    }
}
