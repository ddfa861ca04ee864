package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.simulation.BatchTimes;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.core.simulation.SimulatedReplica;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromisesTest {
    private static final double CAPACITY = 190;
    private static final long MS = 1_000_000;
    private static final Duration OBJECTIVE = Duration.ofMillis(50);

    /** Some 5 ms an item: a MiniLM on one core, whose batches of seven carry 200 a second. */
    private static final ServiceCurve CURVE = new ServiceCurve(List.of(
            new ServiceCurve.Point(1, 0.0073, 0.0076, 100),
            new ServiceCurve.Point(4, 0.0205, 0.0215, 100),
            new ServiceCurve.Point(32, 0.160, 0.165, 100)));

    private static final long BEGIN = 1_000;

    private final Promises promises = new Promises();

    @Test
    void eachBrokenPromiseRaisesTheReserveAndItsLongKeepingLowersIt() {
        give();
        long first = promises.reserveNanos(50 * MS);
        promises.broken(BEGIN + 1);
        assertThat(promises.reserveNanos(50 * MS)).isEqualTo(first + MS);
        for (int kept = 0; kept < 1_250; kept++) {
            promises.answered(BEGIN + 1, BEGIN + 50, BEGIN + 40);
        }
        assertThat(promises.reserveNanos(50 * MS)).isCloseTo(first, within(10L));
    }

    @Test
    void whatWasHopedForBeforeTheOverloadWasNoPromise() {
        promises.answered(1, 2, 3);
        give();
        long first = promises.reserveNanos(MS);
        promises.broken(BEGIN - 1);
        promises.giving(false, 0, BEGIN + 20);
        promises.broken(BEGIN + 15);
        give();
        assertThat(promises.reserveNanos(MS)).isEqualTo(first);
        promises.broken(BEGIN + 10);
        assertThat(promises.reserveNanos(MS)).isGreaterThan(first);
    }

    @Test
    void aBurstIsOverBeforeAnythingIsPromised() {
        assertThat(promises.giving(true, 50 * MS, BEGIN)).isFalse();
        assertThat(promises.giving(true, 50 * MS, BEGIN + 99 * MS)).isFalse();
        assertThat(promises.reserveNanos(50 * MS)).isZero();
        assertThat(promises.giving(false, 50 * MS, BEGIN + 100 * MS)).isFalse();
        assertThat(promises.giving(true, 50 * MS, BEGIN + 101 * MS)).isFalse();
        assertThat(promises.giving(true, 50 * MS, BEGIN + 201 * MS)).isTrue();
        assertThat(promises.reserveNanos(50 * MS)).isPositive();
    }

    @Test
    void somethingCanBePromisedHoweverManyWereBroken() {
        give();
        for (int broken = 0; broken < 1_000; broken++) {
            promises.broken(BEGIN + 1);
        }
        assertThat(promises.reserveNanos(50 * MS)).isEqualTo(20 * MS);
    }

    private void give() {
        promises.giving(true, 0, BEGIN);
        promises.giving(true, 0, BEGIN + 10);
    }

    /** Without a reserve 0.58 %, 0.37 % and 0.87 % were broken, at a goodput of 191, 195 and 193 a second. */
    @ParameterizedTest
    @CsvSource({"2, 2, 188", "5, 5, 193", "5, 2, 191"})
    void stallsBreakNoMorePromisesThanAllowed(double overload, double secondsBetweenStalls, double leastGoodput) {
        int seconds = 600;
        Run run = run(overload, secondsBetweenStalls, 0.015, seconds, 1);
        assertThat(run.late + run.givenUp).isLessThan((int) (0.001 * run.inTime));
        assertThat(run.inTime / seconds).isGreaterThanOrEqualTo((int) leastGoodput);
    }

    /** Where the reserve began at a tenth of the objective, 0.37 % and 0.50 % were broken in the first five seconds. */
    @ParameterizedTest
    @CsvSource({"2, 182", "5, 188"})
    void aFreshProcessBreaksNoMoreThanThat(double overload, double leastGoodput) {
        int inTime = 0;
        int broken = 0;
        for (int seed = 1; seed <= 40; seed++) {
            Run run = run(overload, 2, 0.015, 5, seed);
            inTime += run.inTime;
            broken += run.late + run.givenUp;
        }
        assertThat(broken).isLessThan((int) (0.001 * inTime));
        assertThat(inTime / 200.0).isGreaterThanOrEqualTo(leastGoodput);
    }

    private static Run run(double overload, double everySeconds, double stallSeconds, int seconds, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Run run = new Run();
        BatchTimes plain = BatchTimes.of(CURVE, 32);
        BatchTimes stalling = (items, r) -> {
            double time = plain.seconds(items, r);
            return time + (r.nextDouble() < time / everySeconds ? stallSeconds : 0);
        };
        Scenario scenario = Scenario.of(CURVE, 1, new BatchLimits(32, OptionalLong.empty()), OBJECTIVE);
        SimulatedReplica replica =
                new SimulatedReplica(scenario, stalling, new SloBatchPolicy(), new SplittableRandom(seed + 100), run);
        double next = 0;
        int tag = 0;
        while (next < seconds) {
            long at = (long) (next * 1e9);
            long now = Math.min(at, replica.nextNanos());
            if (now == at) {
                replica.offer(tag++, at, at);
                next += random.nextExponential() / (overload * CAPACITY);
            }
            replica.advance(now);
        }
        return run;
    }

    private static final class Run implements SimulatedReplica.Sink {
        int inTime;
        int late;
        int givenUp;

        @Override
        public void answered(int tag, long arrival, long end) {
            if (end - arrival <= OBJECTIVE.toNanos()) {
                inTime++;
            } else {
                late++;
            }
        }

        @Override
        public void givenUp(int tag, long arrival) {
            givenUp++;
        }
    }
}
