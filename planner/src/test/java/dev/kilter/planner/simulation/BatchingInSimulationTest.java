package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.simulation.CurveCost;
import dev.kilter.core.simulation.Load;
import dev.kilter.core.simulation.Measured;
import dev.kilter.core.simulation.ReplicaSimulation;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.planner.Curves;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchingInSimulationTest {
    private static final int REQUESTS = 60_000;

    /** The fixed settings are the best of an exhaustive search ({@link BatchingComparison}), delays in microseconds. */
    @ParameterizedTest
    @CsvSource({
        "CPU, 1, 30000, 1, 12, 1500", "CPU, 2, 10000, 1, 3, 3000", "TINY, 2, 250, 1, 64, 5",
        "T4, 1, 10000, 1, 8, 5000", "T4, 2, 40000, 1, 64, 12000", "A100, 1, 8000, 1, 128, 0",
        "CPU, 1, 30000, 1.7, 12, 600", "T4, 1, 10000, 1.7, 8, 5000", "STEP, 1, 10000, 1.7, 16, 5000"
    })
    void carriesAsMuchAsTheBestFixedBatchAndDelay(
            String curve, int engines, long slo, double burstiness, int batch, long delay) {
        Rival.Place place = new Rival.Place(curve, engines, Duration.ofNanos(slo * 1_000), burstiness);
        double fixed = Rival.fixed(batch, delay * 1_000).highestRate(place, 0, 0.005, REQUESTS, 1);
        assertThat(Rival.ours(place).highestRate(place, 0, 0.005, REQUESTS, 1)).isGreaterThan(0.97 * fixed);
    }

    @ParameterizedTest
    @CsvSource({"T4, 1, 10000", "T4, 2, 10000", "STEP, 1, 30000", "TINY, 2, 250"})
    void carriesMoreThanGreedyDispatchAimdAndCorkWhereStepsOrEnginesMatter(String curve, int engines, long slo) {
        Rival.Place place = new Rival.Place(curve, engines, Duration.ofNanos(slo * 1_000), 1);
        double ours = Rival.ours(place).highestRate(place, 0, 0.005, REQUESTS, 1);
        assertThat(Rival.fixed(Rival.LARGEST, 0).highestRate(place, 0, 0.005, REQUESTS, 1))
                .isLessThan(ours);
        assertThat(Rival.aimd(place).highestRate(place, 0, 0.005, REQUESTS, 1)).isLessThan(ours);
        assertThat(Rival.cork(place).highestRate(place, 0, 0.005, REQUESTS, 1)).isLessThan(ours);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.2, 1.5})
    void underOverloadGoodputStaysAndWhatIsAdmittedIsInTime(double tail) {
        Duration slo = Duration.ofMillis(50);
        double peak = 0;
        for (double load : new double[] {0.7, 0.8, 0.9, 1, 2, 5}) {
            Measured measured = overloaded(1, tail, load, slo, 1);
            double goodput = load * measured.attainment(slo);
            if (load >= 2) {
                assertThat(goodput).as("goodput at %s", load).isGreaterThan(0.9 * peak);
                assertThat(measured.admittedAttainment(slo))
                        .as("admitted at %s", load)
                        .isGreaterThan(0.999);
            }
            peak = Math.max(peak, goodput);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {3, 20})
    void anEstimateThatIsFarTooHighStopsNobodyForGood(double error) {
        assertThat(overloaded(1, 1.2, 0.3, Duration.ofMillis(50), error).attainment(Duration.ofMillis(50)))
                .isGreaterThan(0.2);
    }

    /** Estimates are 5 % too low, as when a neighbour has just come. */
    @ParameterizedTest
    @CsvSource({"1, 1.2", "1, 1.5", "1, 2", "1, 5", "2, 1.2", "2, 1.5", "2, 2", "2, 5"})
    void hardlyAnyPromiseIsBrokenByAnEstimateThatIsALittleTooLow(int engines, double load) {
        Duration slo = Duration.ofMillis(50);
        Measured measured = overloaded(engines, 1.15, load * engines, slo, 0.95);
        assertThat(measured.admittedAttainment(slo)).isGreaterThan(load < 1.5 ? 0.98 : 0.99);
    }

    private static Measured overloaded(int engines, double tail, double load, Duration slo, double error) {
        ServiceCurve curve = Curves.millis(tail, 1, 6, 32, 161);
        Scenario scenario = new Scenario(
                curve,
                engines,
                new BatchLimits(32, OptionalLong.empty()),
                Optional.of(slo),
                true,
                new CurveCost(curve, 32, error));
        return ReplicaSimulation.run(scenario, new SloBatchPolicy(), Load.poisson(load * 195, REQUESTS, 2));
    }
}
