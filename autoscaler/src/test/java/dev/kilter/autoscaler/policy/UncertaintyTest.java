package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.core.scaling.ScalingState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Missing, partial and contradicting data, clocks and hands. */
class UncertaintyTest {

    @Test
    void withoutMetricsTheLastGoodCountIsHeldHoweverLong() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(500)
                .at(10)
                .expect("t4", 7)
                .noMetrics()
                .at(2000)
                .expect("t4", 7)
                .expectHeld(true)
                .expectReason("t4", "last good count held: gateways do not answer");
    }

    @Test
    void afterAnOutageAFullWindowPassesBeforeScalingIn() {
        Timeline.between(1, 20)
                .pool("t4", 7, 100, 1)
                .noMetrics()
                .at(1000)
                .rate(70)
                .at(1280)
                .expect("t4", 7)
                .expectHeld(false)
                .at(1310)
                .expect("t4", 1);
    }

    @Test
    void withoutMetricsTheBoundsStillHold() {
        Timeline.between(1, 20)
                .pool("t4", 3, 100, 1)
                .noMetrics()
                .at(10)
                .limits(5, 20)
                .at(12)
                .expect("t4", 5);
    }

    @Test
    void aPartialViewScalesOutButNotIn() {
        Timeline.between(1, 20)
                .pool("t4", 3, 100, 1)
                .demand(partial(70))
                .at(700)
                .expect("t4", 3)
                .expectReason("t4", "some gateway does not report")
                .demand(partial(500))
                .at(702)
                .expect("t4", 7);
    }

    @Test
    void podsThatDoNotAnswerHoldTheCount() {
        Timeline.between(1, 20)
                .pool("t4", 3, 100, 1)
                .pods("t4", pods(3, 2, OptionalDouble.empty()))
                .rate(70)
                .at(700)
                .expect("t4", 3)
                .expectReason("t4", "2 of 3 ready pods report");
    }

    @Test
    void aStartMovesNothingInBeforeAFullWindow() {
        Timeline.between(1, 20)
                .pool("t4", 7, 100, 1)
                .rate(70)
                .at(100)
                .restart()
                .at(380)
                .expect("t4", 7)
                .at(410)
                .expect("t4", 1);
    }

    @Test
    void aStartScalesOutAtOnce() {
        Timeline.between(1, 20).pool("t4", 1, 100, 1).rate(500).now().expect("t4", 7);
    }

    @Test
    void aClockSetBackNeitherThrowsNorScalesIn() {
        Timeline.between(1, 20)
                .pool("t4", 7, 100, 1)
                .rate(70)
                .at(100)
                .clockSteps(-3600)
                .at(200)
                .expect("t4", 7)
                .rate(800)
                .at(202)
                .expect("t4", 10);
    }

    @Test
    void aClockSetForwardCountsAsAGap() {
        Timeline.between(1, 20)
                .pool("t4", 7, 100, 1)
                .rate(70)
                .at(100)
                .clockSteps(3600)
                .at(200)
                .expect("t4", 7)
                .at(410)
                .expect("t4", 1);
    }

    @Test
    void aCountSetByHandStaysForAWindow() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(70)
                .at(400)
                .expect("t4", 1)
                .setByHand("t4", 9)
                .at(600)
                .expect("t4", 9)
                .at(720)
                .expect("t4", 1);
    }

    @Test
    void aCountSetBelowTheNeedIsPutRightAtOnce() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(500)
                .at(100)
                .expect("t4", 7)
                .setByHand("t4", 2)
                .at(102)
                .expect("t4", 7);
    }

    @Test
    void aWriteThatFailsIsDecidedAgain() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .writesFail()
                .rate(500)
                .at(2)
                .expect("t4", 7)
                .at(4)
                .expect("t4", 7)
                .at(60)
                .expect("t4", 7);
    }

    @Test
    void aBusyAcceleratorAddsOneReplicaAndNoMore() {
        Timeline.between(1, 20)
                .pool("t4", 2, 100, 1)
                .pods("t4", pods(2, 2, OptionalDouble.of(0.97)))
                .rate(150)
                .at(2)
                .expect("t4", 3)
                .expectReason("t4", "GPU utilization 97% above 90%")
                .at(600)
                .expect("t4", 3);
    }

    @Test
    void aBusyAcceleratorForbidsScalingIn() {
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .pods("t4", pods(5, 5, OptionalDouble.of(0.97)))
                .rate(70)
                .at(700)
                .expect("t4", 5);
    }

    @Test
    void whatIsNotKnownOfGpusHoldsScalingInAndNothingElse() {
        GpuLoads.Figure half = new GpuLoads.Figure(OptionalDouble.of(0.2), 1, Optional.of("the exporter hangs"));
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .pods("t4", holding(new GpuLoads(true, 2, half, GpuLoads.Figure.NONE, List.of())))
                .rate(70)
                .at(700)
                .expect("t4", 5)
                .expectReason("t4", "GPU utilization of 1 of 2 pods is not known, none taken: the exporter hangs")
                .rate(700)
                .at(702)
                .expect("t4", 9);
    }

    @Test
    void nobodyTellsOfGpusAndTheGuardSaysSo() {
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .pods("t4", holding(GpuLoads.UNWATCHED))
                .rate(70)
                .at(700)
                .expect("t4", 1)
                .expectReason("t4", "GPU guards without effect: no DCGM exporter is read");
    }

    @Test
    void figuresAndFaultsAreToldThoughNoGuardIsExceeded() {
        GpuLoads quiet = new GpuLoads(
                true,
                1,
                figure(1, OptionalDouble.of(0.41)),
                figure(1, OptionalDouble.of(0.6)),
                List.of("XID 79", "b", "c", "d", "e"));
        assertThat(GpuGuards.of(quiet, guarded()))
                .isEqualTo(new GpuGuards(
                        false,
                        false,
                        List.of(
                                "XID 79",
                                "b",
                                "c",
                                "and 2 GPU faults more",
                                "GPU utilization 41% of at most 90%",
                                "GPU memory 60% of at most 95%")));
    }

    @Test
    void memoryIsGuardedToo() {
        GpuLoads full =
                new GpuLoads(true, 1, figure(1, OptionalDouble.of(0.1)), figure(1, OptionalDouble.of(0.97)), List.of());
        assertThat(GpuGuards.of(full, guarded()).exceeded()).isTrue();
    }

    @Test
    void refusalsBelowTheCapacityLowerTheEstimate() {
        Timeline.between(1, 20)
                .pool("t4", 2, 100, 1)
                .rate(150)
                .at(60)
                .expect("t4", 2)
                .outcomes(150, 0.05, 0)
                .at(62)
                .expect("t4", 3)
                .expectReason("t4", "lowered to 80% of it");
    }

    @Test
    void latenessBelowTheCapacityLowersTheEstimateStepByStepAndItRecoversSlowly() {
        Timeline.between(1, 20)
                .pool("t4", 2, 100, 1)
                .rate(100)
                .at(60)
                .expect("t4", 2)
                .outcomes(100, 0, 0.05)
                .at(120)
                .expectReason("t4", "lowered")
                .outcomes(100, 0, 0)
                .at(2400)
                .expect("t4", 2);
    }

    @Test
    void refusalsAboveTheCapacityAreNoNews() {
        Timeline.between(1, 2)
                .pool("t4", 2, 100, 1)
                .outcomes(400, 0.5, 0)
                .at(300)
                .limits(1, 20)
                .outcomes(400, 0, 0)
                .at(302)
                .expect("t4", 5);
    }

    @Test
    void refusalsWhileReplicasStartAreNotTheCapacitysFault() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .readyAfter(100)
                .outcomes(160, 0.3, 0)
                .at(80)
                .expect("t4", 2);
    }

    @Test
    void aFewRequestsSayNothing() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .outcomes(2, 0.5, 0.5)
                .at(600)
                .expect("t4", 1);
    }

    @Test
    void theSameObservationGivesTheSameDecision() {
        Observation observation = new Observation(
                "intent",
                ScalingSettings.between(1, 5),
                new Demand.Measured(10, 10, 10, Demand.Outcomes.NONE, 0, false, List.of()),
                List.of(),
                ScalingState.NONE);
        RateScalingPolicy policy = new RateScalingPolicy();
        assertThat(policy.decide(observation, Instant.EPOCH)).isEqualTo(policy.decide(observation, Instant.EPOCH));
    }

    private static Demand partial(double rate) {
        return new Demand.Measured(rate, rate, rate, Demand.Outcomes.NONE, 0, true, List.of());
    }

    private static PodLoads pods(int expected, int reporting, OptionalDouble utilization) {
        return pods(
                expected,
                reporting,
                new GpuLoads(true, expected, figure(expected, utilization), GpuLoads.Figure.NONE, List.of()));
    }

    private static PodLoads holding(GpuLoads gpus) {
        return pods(gpus.pods(), gpus.pods(), gpus);
    }

    private static PodLoads pods(int expected, int reporting, GpuLoads gpus) {
        return new PodLoads(
                expected, reporting, OptionalDouble.empty(), OptionalDouble.empty(), 0, gpus, Optional.empty());
    }

    private static ScalingSettings guarded() {
        return ScalingSettings.between(1, 20).guarded(0.9, 0.95);
    }

    private static GpuLoads.Figure figure(int pods, OptionalDouble highest) {
        return new GpuLoads.Figure(highest, pods, Optional.empty());
    }
}
