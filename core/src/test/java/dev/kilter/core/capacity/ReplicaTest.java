package dev.kilter.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.ServiceCurve.Point;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaTest {
    private static final ServiceCurve T4 = curve(1.2, 1);
    private static final Duration SLO = Duration.ofMillis(25);

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 8", "1, 32", "2, 8", "4, 32"})
    void p99NeverFallsWithTheRate(int instances, int batch) {
        Replica replica = replica(T4, instances, batch, Duration.ofSeconds(1));
        double before = replica.p99Seconds(0);
        for (double load = 0.05; load < 0.97; load += 0.1) {
            double p99 = replica.p99Seconds(load * replica.saturation());
            assertThat(p99).as("at load %s", load).isGreaterThanOrEqualTo(before * 0.995);
            before = p99;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 32", "2, 8"})
    void capacityNeverFallsWithTheObjective(int instances, int batch) {
        double before = 0;
        for (int millis = 2; millis < 120; millis += 9) {
            double capacity =
                    replica(T4, instances, batch, Duration.ofMillis(millis)).capacity();
            assertThat(capacity).as("within %s ms", millis).isGreaterThanOrEqualTo(before * 0.99);
            before = capacity;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "1, 25", "2, 10", "2, 25", "4, 15"})
    void whatHoldsAtTheCapacityHoldsBelowIt(int instances, int millis) {
        Replica replica = replica(T4, instances, 32, Duration.ofMillis(millis));
        for (double share = 0.1; share <= 1; share += 0.15) {
            assertThat(replica.p99Seconds(share * replica.capacity()))
                    .as("at %s of the capacity", share)
                    .isLessThanOrEqualTo(millis / 1e3);
        }
    }

    @Test
    void capacityGrowsWithSpeedTailAndInstances() {
        double capacity = replica(T4, 1, 16, SLO).capacity();
        assertThat(replica(curve(1.2, 0.8), 1, 16, SLO).capacity()).isGreaterThan(capacity * 1.2);
        assertThat(replica(curve(2.0, 1), 1, 16, SLO).capacity()).isLessThan(capacity);
        assertThat(replica(T4, 2, 16, SLO).capacity()).isGreaterThan(capacity * 1.8);
    }

    @Test
    void formsNoBatchThatIsTooLargeForTheObjectiveOrServesLess() {
        assertThat(replica(T4, 1, 32, SLO).largestBatch()).isEqualTo(32);
        assertThat(T4.p99Seconds(replica(T4, 1, 32, Duration.ofMillis(15)).largestBatch()))
                .isLessThan(0.01501);
        ServiceCurve cliff = new ServiceCurve(List.of(new Point(8, 0.004, 0.004, 9), new Point(16, 0.02, 0.02, 9)));
        assertThat(replica(cliff, 1, 16, SLO).largestBatch()).isEqualTo(8);
    }

    @Test
    void hasNoCapacityWhereALoneRequestIsTooSlow() {
        assertThat(replica(T4, 1, 32, Duration.ofMillis(3)).capacity()).isZero();
    }

    @Test
    void neverPlansNearerToSaturationThanCurvesAreExact() {
        Replica replica = replica(T4, 1, 32, Duration.ofSeconds(10));
        assertThat(replica.capacity()).isEqualTo(Replica.MAX_LOAD * replica.saturation());
        assertThat(replica.p99Seconds(replica.saturation())).isInfinite();
    }

    @Test
    void survivesTheLargestLimitsAndTheWildestTails() {
        Replica replica = replica(curve(50, 1), 16, 1024, Duration.ofSeconds(1));
        assertThat(replica.capacity()).isPositive().isLessThan(replica.saturation());
    }

    @ParameterizedTest
    @CsvSource({"1e-9, 1, 1", "1e-9, 16, 128", "0.999999, 1, 1", "0.999999, 3, 64", "0.5, 500, 4"})
    void answersAtTheEndsOfWhatCanBeAsked(double load, int instances, int batch) {
        for (double scale : new double[] {1e-6, 1, 1e5}) {
            Replica replica = replica(curve(1.5, scale), instances, batch, Duration.ofDays(1));
            assertThat(replica.p99Seconds(load * replica.saturation()))
                    .isGreaterThanOrEqualTo(0.0031 * scale)
                    .isLessThan(1e4 * scale);
        }
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        Replica replica = replica(T4, 2, 17, Duration.ofMillis(23));
        assertThat(replica.findCapacity()).isEqualTo(replica.findCapacity()).isEqualTo(replica.capacity());
    }

    @Test
    void refusesWhatNoReplicaIs() {
        assertThatThrownBy(() -> replica(T4, 0, 8, SLO)).hasMessage("instances: 0 (expected: >= 1)");
        assertThatThrownBy(() -> replica(T4, 1, 0, SLO)).hasMessage("maxBatchSize: 0 (expected: >= 1)");
        assertThatThrownBy(() -> replica(T4, 1, 8, Duration.ZERO)).hasMessage("objective: PT0S (expected: > 0)");
        assertThatThrownBy(() -> replica(T4, 1, 8, SLO).p99Seconds(Double.NaN))
                .hasMessage("rate: NaN (expected: >= 0)");
    }

    private static Replica replica(ServiceCurve curve, int instances, int batch, Duration objective) {
        return new Replica(curve, instances, batch, Optional.empty(), objective);
    }

    private static ServiceCurve curve(double tail, double scale) {
        return new ServiceCurve(List.of(
                new Point(1, 0.0031 * scale, 0.0031 * scale * tail, 100),
                new Point(8, 0.0062 * scale, 0.0062 * scale * tail, 100),
                new Point(32, 0.017 * scale, 0.017 * scale * tail, 100)));
    }
}
