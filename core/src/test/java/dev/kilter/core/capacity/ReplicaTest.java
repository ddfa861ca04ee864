package dev.kilter.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.ServiceCurve.Point;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
    private static final ServiceCurve T4 = curve(1.2, 1);
    private static final Duration SLO = Duration.ofMillis(25);

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.7, 0.85})
    void batchOneIsErlangsQueueWithFixedService(double load) {
        Replica replica = new Replica(fixed(0.003), 1, 1, Duration.ZERO);
        double p99 = replica.p99Seconds(load * replica.saturation());
        assertThat(erlangWithin(p99 - 0.003, load, 0.003)).isCloseTo(0.99, within(0.0015));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.9})
    void aDepartureLeavesNobodyBehindAsOftenAsTheEngineIsIdle(double load) {
        BatchTime[] times = {new BatchTime(0.003, 0.3)};
        double[] queued = PickupChain.queued(load / 0.003, 1, Pickups.following(times, 1), 600);
        assertThat(queued[0]).isCloseTo(1 - load, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 8", "1, 32", "2, 8", "4, 32"})
    void p99NeverFallsWithTheRate(int instances, int batch) {
        Replica replica = new Replica(T4, instances, batch, Duration.ZERO);
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
        Replica replica = new Replica(T4, instances, batch, Duration.ZERO);
        double before = 0;
        for (int millis = 2; millis < 120; millis += 9) {
            double capacity = replica.capacity(Duration.ofMillis(millis));
            assertThat(capacity).as("within %s ms", millis).isGreaterThanOrEqualTo(before * 0.99);
            before = capacity;
        }
    }

    @Test
    void capacityGrowsWithSpeedTailAndInstances() {
        double capacity = new Replica(T4, 1, 16, Duration.ZERO).capacity(SLO);
        assertThat(new Replica(curve(1.2, 0.8), 1, 16, Duration.ZERO).capacity(SLO))
                .isGreaterThan(capacity * 1.2);
        assertThat(new Replica(curve(2.0, 1), 1, 16, Duration.ZERO).capacity(SLO))
                .isLessThan(capacity);
        assertThat(new Replica(T4, 2, 16, Duration.ZERO).capacity(SLO)).isGreaterThan(capacity * 1.8);
    }

    @Test
    void atItsCapacityAReplicaJustMeetsTheObjective() {
        Replica replica = new Replica(T4, 1, 32, Duration.ZERO);
        assertThat(replica.p99Seconds(replica.capacity(SLO))).isCloseTo(0.025, within(0.0005));
    }

    @Test
    void hasNoCapacityWhereALoneRequestIsTooSlow() {
        assertThat(new Replica(T4, 1, 32, Duration.ZERO).capacity(Duration.ofMillis(3)))
                .isZero();
        assertThat(new Replica(T4, 1, 32, Duration.ofMillis(22)).capacity(SLO)).isZero();
    }

    @Test
    void neverPlansNearerToSaturationThanCurvesAreExact() {
        Replica replica = new Replica(T4, 1, 32, Duration.ZERO);
        assertThat(replica.capacity(Duration.ofSeconds(10))).isEqualTo(Replica.MAX_LOAD * replica.saturation());
        assertThat(replica.p99Seconds(replica.saturation())).isInfinite();
    }

    @Test
    void survivesTheLargestLimitsAndTheWildestTails() {
        Replica replica = new Replica(curve(50, 1), 16, 1024, Duration.ZERO);
        assertThat(replica.capacity(Duration.ofSeconds(1))).isPositive().isLessThan(replica.saturation());
    }

    @ParameterizedTest
    @CsvSource({"1e-9, 1, 1", "1e-9, 16, 128", "0.999999, 1, 1", "0.999999, 3, 64", "0.5, 500, 4"})
    void answersAtTheEndsOfWhatCanBeAsked(double load, int instances, int batch) {
        for (double scale : new double[] {1e-6, 1, 1e5}) {
            Replica replica = new Replica(curve(1.5, scale), instances, batch, Duration.ZERO);
            assertThat(replica.p99Seconds(load * replica.saturation()))
                    .isGreaterThanOrEqualTo(0.0031 * scale)
                    .isLessThan(1e4 * scale);
        }
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

    private static ServiceCurve fixed(double seconds) {
        return new ServiceCurve(List.of(new Point(1, seconds, seconds, 100)));
    }

    private static ServiceCurve curve(double tail, double scale) {
        return new ServiceCurve(List.of(
                new Point(1, 0.0031 * scale, 0.0031 * scale * tail, 100),
                new Point(8, 0.0062 * scale, 0.0062 * scale * tail, 100),
                new Point(32, 0.017 * scale, 0.017 * scale * tail, 100)));
    }
}
