package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.simulation.BatchTimes;
import dev.kilter.planner.Curves;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import dev.kilter.planner.simulation.control.Controller;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole simulation, gateway and all, against queues whose means are known exactly. */
class FleetTheoryTest {
    private static final double SERVICE = 0.010;
    private static final ServiceCurve TEN = Curves.millis(1, 1, 10);
    private static final Duration LENGTH = Duration.ofSeconds(6_000);
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration NO_OBJECTIVE = Duration.ofHours(1);

    /** Pollaczek and Khinchine. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.7, 0.9})
    void meanWaitOfOneFixedServiceIsPollaczekKhinchines(double load) {
        double wait = load / (2 * (1 - load)) * SERVICE;
        double measured = run(greedy(BatchTimes::of), TEN, 1, 1, load / SERVICE).meanSeconds() - SERVICE;
        assertThat(measured).isCloseTo(wait, within(4 * standardError(wait, load, SERVICE, 1)));
    }

    /** Erlang's C. */
    @ParameterizedTest
    @CsvSource({"1, 0.6", "2, 0.8", "4, 0.8", "8, 0.9"})
    void meanWaitOfSeveralExponentialServicesIsErlangs(int servers, double load) {
        ReplicaRule.Times exponential =
                (curve, _) -> (items, random) -> curve.meanSeconds(items) * random.nextExponential();
        double wait = erlangC(servers, load * servers) * SERVICE / servers / (1 - load);
        double measured = run(greedy(exponential), TEN, servers, 1, load * servers / SERVICE)
                        .meanSeconds()
                - SERVICE;
        assertThat(measured).isCloseTo(wait, within(4 * standardError(wait, load, SERVICE / servers, 2)));
    }

    /**
     * Inoue (2021): the mean time under batch service of linear time is below a closed form, and it falls with the mean
     * batch size, which is bounded from above too: so the mean lies in a narrow band.
     */
    @ParameterizedTest
    @CsvSource({"1, 5, 100", "1, 5, 500", "1, 5, 800", "0.2, 2, 400", "0.2, 2, 2500", "3, 0.5, 200"})
    void meanTimeOfBatchServiceLiesBetweenTheBoundsOfInoue(double itemMillis, double batchMillis, double rate) {
        double item = itemMillis / 1e3;
        double batch = batchMillis / 1e3;
        ServiceCurve linear = Curves.millis(1, 1, itemMillis + batchMillis, 512, 512 * itemMillis + batchMillis);
        double measured = run(greedy(BatchTimes::of), linear, 1, 512, rate).meanSeconds();
        double smallest = Math.max(1, rate * batch / (1 - rate * item));
        double largest = (rate * batch + Math.exp(-rate * (item + batch))) / (1 - rate * item);
        double noise = 4 * standardError(measured, rate * item, item + batch, 1);
        assertThat(measured)
                .isBetween(meanTime(rate, item, batch, largest) - noise, meanTime(rate, item, batch, smallest) + noise);
    }

    /** Little (1961), exactly: the run begins and ends with nobody there. */
    @ParameterizedTest
    @ValueSource(doubles = {100, 700})
    void whatIsUnderWayIsTheRateTimesTheTime(double rate) {
        PoolSpec pool =
                PoolSpec.of(Curves.T4, point(16), 3, Delay.fixed(Duration.ZERO)).working(greedy(BatchTimes::of), 2);
        Outcome.Totals totals = FleetSimulation.run(
                        Experiment.of(
                                RateCurve.constant(rate, Duration.ofMinutes(2), new Gaps.Gamma(2)),
                                NO_OBJECTIVE,
                                pool,
                                3),
                        Controller.none())
                .totals();
        double perSecond = totals.requests().answered() / (totals.length().toNanos() / 1e9);
        assertThat(totals.meanInFlight()).isCloseTo(perSecond * totals.meanSeconds(), Percentage.withPercentage(1e-6));
    }

    private static Outcome.Totals run(
            ReplicaRule rule, ServiceCurve curve, int engines, int maxBatchSize, double rate) {
        PoolSpec pool = PoolSpec.of(curve, point(maxBatchSize), 1, Delay.fixed(Duration.ZERO))
                .working(rule, engines);
        RateCurve poisson = RateCurve.constant(rate, LENGTH, Gaps.POISSON);
        return FleetSimulation.run(
                        Experiment.of(poisson, NO_OBJECTIVE, pool, 20).after(WARM_UP), Controller.none())
                .totals();
    }

    private static OperatingPoint point(int maxBatchSize) {
        return new OperatingPoint("fp32", maxBatchSize, Optional.of(Duration.ZERO));
    }

    private static ReplicaRule greedy(ReplicaRule.Times times) {
        return new ReplicaRule(_ -> new GreedyBatchPolicy(), false, false, times, false);
    }

    /**
     * Of a mean wait over the run, by the heavy-traffic formula of Whitt (Planning queueing simulations, 1989).
     *
     * @param variability squared CV of gaps and of services together: 1 for M/D, 2 for M/M
     */
    private static double standardError(double mean, double load, double secondsAnItem, double variability) {
        double seconds = LENGTH.minus(WARM_UP).toSeconds();
        return mean * Math.sqrt(2 * variability * load * secondsAnItem / ((1 - load) * (1 - load) * seconds));
    }

    private static double erlangC(int servers, double offered) {
        double blocked = 1;
        for (int i = 1; i <= servers; i++) {
            blocked = offered * blocked / (i + offered * blocked);
        }
        return blocked / (1 - offered / servers * (1 - blocked));
    }

    /** The mean time in M/D[b]/1 without a limit, for a mean batch size. */
    private static double meanTime(double rate, double item, double batch, double meanBatch) {
        double squared = (1 + 2 * rate * rate * item * batch + rate * rate * batch * batch / meanBatch)
                / (1 - rate * rate * item * item);
        return squared * (rate * item * item / 2 + item)
                + rate * item * batch
                + rate * batch * batch / 2 / meanBatch
                + batch;
    }
}
