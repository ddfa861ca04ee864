package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.planner.Curves;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetSimulationTest {
    /** One item at a time in 10 ms. */
    private static final ServiceCurve TEN = Curves.millis(1, 1, 10);

    private static final Duration OBJECTIVE = Duration.ofMillis(100);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final OperatingPoint POINT = new OperatingPoint("fp32", 1, Optional.empty());

    @Test
    void theSameSeedGivesTheSameOutcomeAndAnotherAnother() {
        assertThat(run(pool(3), 200, 1)).isEqualTo(run(pool(3), 200, 1));
        assertThat(run(pool(3), 200, 1)).isNotEqualTo(run(pool(3), 200, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {50, 280, 900})
    void everyRequestEndsInOneWay(double rate) {
        Outcome.Requests requests = run(pool(3), rate, 1).totals().requests();
        assertThat(requests.answered() + requests.refused() + requests.failed()).isEqualTo(requests.offered());
        assertThat(requests.inTime()).isLessThanOrEqualTo(requests.answered());
        assertThat((double) requests.offered()).isCloseTo(600 * rate, within(4 * Math.sqrt(600 * rate)));
    }

    @Test
    void windowsAddUpToTheTotals() {
        Outcome outcome = run(pool(2), 150, 1);
        assertThat(outcome.windows()).hasSizeBetween(10, 11);
        assertThat(outcome.windows().stream()
                        .mapToLong(w -> w.requests().inTime())
                        .sum())
                .isEqualTo(outcome.totals().requests().inTime());
        assertThat(outcome.windows().stream().mapToDouble(Outcome.Window::cost).sum())
                .isCloseTo(outcome.totals().cost(), within(1e-3));
    }

    @Test
    void underOverloadGoodputStaysAndTheRestIsRefused() {
        Outcome.Requests requests = run(pool(3), 900, 1).totals().requests();
        assertThat((double) requests.inTime()).isGreaterThan(0.9 * 300 * 600);
        assertThat(requests.refused()).isGreaterThan(requests.offered() / 2);
    }

    @Test
    void aReplicaServesWhenItHasStartedAndIsPaidFromItsPlaceOn() {
        Outcome outcome = run(pool(1), 20, 1, timed(120, 3));
        assertThat(readyAt(outcome, 1)).isEqualTo(1);
        assertThat(readyAt(outcome, 2)).isEqualTo(3);
        // 600 s of one and 480 s of two more, at 1 an hour.
        assertThat(outcome.totals().cost()).isCloseTo((600 + 2 * 480) / 3600.0, within(1e-6));
        assertThat(outcome.changes()).singleElement().satisfies(change -> {
            assertThat(change.from()).isEqualTo(1);
            assertThat(change.to()).isEqualTo(3);
            assertThat(change.at()).isEqualTo(Duration.ofSeconds(120));
            assertThat(change.reason()).isEqualTo("at 120 s");
        });
    }

    @Test
    void scalingInLosesNothing() {
        Outcome outcome = run(pool(4), 80, 1, timed(120, 1));
        assertThat(readyAt(outcome, 3)).isEqualTo(1);
        assertThat(outcome.totals().requests().failed()).isZero();
        assertThat(outcome.totals().violations()).isLessThan(0.01);
    }

    @Test
    void withoutAReplicaRequestsAreHeldAndThenRefused() {
        Outcome.Requests none = run(pool(0), 20, 1).totals().requests();
        assertThat(none.refused()).isEqualTo(none.offered());
        Outcome.Requests late = run(pool(0), 20, 1, timed(120, 1)).totals().requests();
        // The tick at 120 s, and 30 s to start.
        assertThat((double) late.answered()).isCloseTo(20 * 450, within(5 * Math.sqrt(20 * 450)));
    }

    @Test
    void aKilledReplicaLosesWhatItHadAndIsReplaced() {
        Outcome outcome = run(pool(3), 200, 1, Controller.none(), new Fault.ReplicaKilled(Duration.ofSeconds(100), 0));
        assertThat(outcome.totals().requests().failed()).isBetween(1L, 12L);
        assertThat(readyAt(outcome, 1)).isEqualTo(2);
        assertThat(readyAt(outcome, 2)).isEqualTo(3);
    }

    @Test
    void replicasWaitForNodesAndNodesGoWhenTheyIdle() {
        Nodes nodes = new Nodes(2, 1, 1, 3, Delay.fixed(Duration.ofSeconds(70)), Duration.ofSeconds(60));
        Controller controller = new Timed(List.of(60, 300), List.of(5, 1));
        Outcome outcome = run(pool(2).on(nodes), 20, 1, controller);
        assertThat(readyAt(outcome, 2))
                .as("nodes are there at 130 s, replicas at 160 s")
                .isEqualTo(5);
        assertThat(readyAt(outcome, 1)).isEqualTo(2);
        // One node all the time, two more from 130 s to 360 s, each of two places.
        assertThat(outcome.totals().cost()).isCloseTo(2 * (600 + 2 * 230) / 3600.0, within(1e-6));
    }

    @Test
    void aQuotaHoldsAndALostNodeIsReplaced() {
        Nodes nodes = new Nodes(2, 2, 2, 2, Delay.fixed(Duration.ofSeconds(70)), Duration.ofSeconds(60));
        Outcome outcome = run(pool(4).on(nodes), 350, 1, timed(60, 9), new Fault.NodeGone(Duration.ofSeconds(190), 0));
        assertThat(readyAt(outcome, 2)).isEqualTo(4);
        assertThat(readyAt(outcome, 3)).isEqualTo(2);
        assertThat(readyAt(outcome, 4)).isEqualTo(4);
        assertThat(outcome.totals().requests().failed()).isPositive();
    }

    @Test
    void anotherVariantServesFromThenOnAndIsCounted() {
        PoolSpec both = new PoolSpec(
                "pool",
                Map.of("fp32", TEN, "int8", Curves.millis(1, 1, 2.5)),
                POINT,
                1,
                1,
                Delay.fixed(Duration.ofSeconds(30)),
                1,
                1,
                Optional.empty(),
                ReplicaRule.PRODUCTION);
        Controller controller = new Timed(List.of(300), List.of(1)) {
            @Override
            OperatingPoint point() {
                return new OperatingPoint("int8", 1, Optional.empty());
            }
        };
        Outcome outcome = run(both, 200, 1, controller);
        assertThat(outcome.windows().get(3).requests().violations()).isGreaterThan(0.4);
        assertThat(outcome.windows().get(8).requests().violations()).isZero();
        assertThat(outcome.windows().get(8).pools().getFirst().variant()).isEqualTo("int8");
        assertThat(outcome.totals().degraded()).isBetween(55_000L, 63_000L);
    }

    @Test
    void aLesserVariantAnswersWhatWouldBeRefusedUpToItsShare() {
        ServiceCurve faster = Curves.millis(1, 1, 2.5);
        Outcome refusing = run(pool(1), 97, 1, timed(600, 1));
        Outcome degrading = run(pool(1).degrading("int8", faster, 0.2), 97, 1, timed(600, 1));
        Outcome seldom = run(pool(1).degrading("int8", faster, 0.02), 97, 1, timed(600, 1));
        assertThat(refusing.totals().violations()).isGreaterThan(0.02);
        assertThat(refusing.totals().degraded()).isZero();
        assertThat(degrading.totals().violations()).isLessThan(refusing.totals().violations() / 20);
        assertThat(degrading.totals().degradedShare()).isBetween(0.01, 0.2);
        assertThat(seldom.totals().violations()).isLessThan(refusing.totals().violations() - 0.01);
        assertThat(seldom.totals().degradedShare()).isBetween(0.01, 0.02);
    }

    @Test
    void aControllerSeesWhatWasScrapedAndNoMore() {
        List<Seen> seen = new ArrayList<>();
        Controller watcher = new Timed(List.of(), List.of()) {
            @Override
            public Duration scrapeDelay() {
                return Duration.ofSeconds(5);
            }

            @Override
            void sees(Seen now) {
                seen.add(now);
                long last = now.gateway().lastNanos();
                assertThat(last).isLessThanOrEqualTo(now.nowNanos() - 5_000_000_000L);
            }
        };
        run(pool(2), 100, 1, watcher, new Fault.MetricsLost(Duration.ofSeconds(300), Duration.ofSeconds(100)));
        Seen late = seen.getLast();
        assertThat(late.gateway()
                        .perSecond(Counter.OFFERED, Duration.ofSeconds(60))
                        .orElseThrow())
                .isCloseTo(100, within(4 * Math.sqrt(100 / 60.0)));
        assertThat(late.pools().getFirst().pods())
                .allSatisfy(pod -> assertThat(pod.metrics()
                                .perSecond(Counter.BUSY_NANOS, Duration.ofSeconds(60))
                                .orElseThrow())
                        .isCloseTo(0.5e9, within(0.06e9)));
        assertThat(seen.stream().filter(s -> s.nowNanos() == 390_000_000_000L))
                .allSatisfy(s -> assertThat(s.gateway().lastNanos()).isLessThan(300_000_000_000L))
                .isNotEmpty();
    }

    @Test
    void whatIsScrapedAtTheTimeOfATickIsSeenByIt() {
        List<Long> late = new ArrayList<>();
        Controller watcher = new Timed(List.of(), List.of()) {
            @Override
            void sees(Seen now) {
                late.add(now.nowNanos() - now.gateway().lastNanos());
            }
        };
        run(pool(2), 100, 1, watcher);
        assertThat(late).isNotEmpty().allMatch(nanos -> nanos == 0);
    }

    @Test
    void whatCannotBeIsRefused() {
        RateCurve curve = RateCurve.constant(1, MINUTES, Gaps.POISSON);
        assertThatThrownBy(() -> Experiment.of(curve, Duration.ZERO, pool(1), 1))
                .hasMessage("objective: PT0S (expected: > 0)");
        assertThatThrownBy(() -> Experiment.of(curve, OBJECTIVE, pool(1), 1).after(Duration.ofHours(1)))
                .hasMessageContaining("warmUp: PT1H");
        assertThatThrownBy(() ->
                        Experiment.of(curve, OBJECTIVE, pool(1), 1).with(new Fault.ReplicaKilled(Duration.ZERO, 7)))
                .hasMessageContaining("a pool of 0 to 0");
        assertThatThrownBy(() -> pool(-1)).hasMessage("replicas: -1 (expected: >= 0)");
        assertThatThrownBy(() -> pool(3).on(new Nodes(2, 1, 1, 3, Delay.fixed(MINUTES), MINUTES)))
                .hasMessageContaining("replicas: 3 (expected: <= 2");
        assertThatThrownBy(() -> new Delay(MINUTES, OBJECTIVE)).hasMessageContaining("p99: PT0.1S");
    }

    private static PoolSpec pool(int replicas) {
        return PoolSpec.of(TEN, POINT, replicas, Delay.fixed(Duration.ofSeconds(30)));
    }

    private static Outcome run(PoolSpec pool, double rate, long seed) {
        return run(pool, rate, seed, Controller.none());
    }

    private static Outcome run(PoolSpec pool, double rate, long seed, Controller controller, Fault... faults) {
        RateCurve poisson = RateCurve.constant(rate, MINUTES, Gaps.POISSON);
        return FleetSimulation.run(Experiment.of(poisson, OBJECTIVE, pool, seed).with(faults), controller);
    }

    /** At the end of that minute, the first is 0. */
    private static int readyAt(Outcome outcome, int minute) {
        return outcome.windows().get(minute).pools().getFirst().ready();
    }

    private static Controller timed(int second, int replicas) {
        return new Timed(List.of(second), List.of(replicas));
    }
}
