package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.core.scaling.ScalingSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Rate against capacity: one replica carries 100/s, so 80/s are planned for it. */
class RateScalingTest {

    @Test
    void scalesOutAtOnceToWhatTheRateAsksFor() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(70)
                .at(10)
                .expect("t4", 1)
                .rate(500)
                .at(12)
                .expect("t4", 7)
                .expectReason("t4", "80% of 100/s a replica as measured");
    }

    @Test
    void scalesInOnlyAfterTheWindow() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(500)
                .at(10)
                .expect("t4", 7)
                .rate(70)
                .at(20)
                .expect("t4", 7)
                .expectReason("t4", "scaling in from 7 to 1 waits")
                .at(300)
                .expect("t4", 7)
                .at(316)
                .expect("t4", 1);
    }

    @Test
    void aSecondPeakWithinTheWindowKeepsTheReplicas() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(500)
                .at(10)
                .expect("t4", 7)
                .rate(70)
                .at(200)
                .expect("t4", 7)
                .rate(400)
                .at(210)
                .expect("t4", 7)
                .rate(70)
                .at(490)
                .expect("t4", 5)
                .at(520)
                .expect("t4", 1);
    }

    @Test
    void aChangeWithinTheToleranceIsLetPass() {
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .rate(400)
                .at(10)
                .expect("t4", 5)
                .rate(435)
                .at(20)
                .expect("t4", 5)
                .rate(365)
                .at(700)
                .expect("t4", 5)
                .rate(445)
                .at(710)
                .expect("t4", 6);
    }

    @Test
    void neverLeavesTheBounds() {
        Timeline.between(2, 4)
                .pool("t4", 2, 100, 1)
                .rate(0)
                .at(700)
                .expect("t4", 2)
                .rate(5000)
                .at(702)
                .expect("t4", 4)
                .expectReason("t4", "63 would be needed, maxReplicas is 4");
    }

    @Test
    void bumpsUpToARaisedMinimumAndDownToALoweredMaximumAtOnce() {
        Timeline.between(1, 20)
                .pool("t4", 3, 100, 1)
                .rate(240)
                .at(10)
                .expect("t4", 3)
                .limits(5, 20)
                .at(12)
                .expect("t4", 5)
                .limits(1, 2)
                .at(14)
                .expect("t4", 2);
    }

    @Test
    void aFixedTargetTakesTheCapacitysPlace() {
        Timeline.between(1, 20)
                .pool("t4", 1, 1000, 1)
                .settings(s -> s.carrying(50))
                .rate(500)
                .at(2)
                .expect("t4", 10)
                .expectReason("t4", "50/s a replica as asked");
    }

    @Test
    void replicasThatAreStartingCountAsCapacityToCome() {
        Timeline timeline = Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .readyAfter(60)
                .rate(500)
                .at(2)
                .expect("t4", 7)
                .at(60)
                .expect("t4", 7)
                .at(120)
                .expect("t4", 7);
        assertThat(timeline.changes()).isEqualTo(1);
    }

    @Test
    void fillsTheCheapestFirstAndSpillsWhatItCannotTake() {
        Timeline.between(1, 20)
                .pool("a100", 0, 400, 4)
                .pool("t4", 1, 100, 0.5)
                .poolMax("t4", 3)
                .rate(200)
                .at(2)
                .expect("t4", 3)
                .expect("a100", 0)
                .rate(500)
                .at(4)
                .expect("t4", 3)
                .expect("a100", 1);
    }

    @Test
    void theDearerPoolIsScaledInWhileTheCheaperStays() {
        Timeline.between(1, 20)
                .pool("a100", 2, 400, 4)
                .pool("t4", 3, 100, 0.5)
                .poolMax("t4", 3)
                .rate(100)
                .at(310)
                .expect("a100", 0)
                .expect("t4", 2);
    }

    @Test
    void theMaximumHoldsForAllPoolsTogether() {
        Timeline.between(1, 4)
                .pool("a100", 2, 100, 4)
                .pool("t4", 1, 100, 0.5)
                .rate(1000)
                .at(2)
                .expect("a100", 2)
                .expect("t4", 2);
    }

    @Test
    void aDrainingRevisionIsLeftToTheOperator() {
        Timeline.between(1, 20)
                .pool("old", 5, 100, 1)
                .revision("old", "r1", 0)
                .pool("new", 1, 100, 1)
                .revision("new", "r2", 100)
                .rate(300)
                .at(2)
                .expect("new", 4)
                .expect("old", 5)
                .rate(0)
                .at(700)
                .expect("old", 5)
                .expectReason("old", "left to the operator");
    }

    @Test
    void eachOfTwoRevisionsIsSizedForAllSinceItMayHaveToTakeIt() {
        Timeline.between(1, 20)
                .pool("old", 1, 100, 1)
                .revision("old", "r1", 75)
                .pool("new", 1, 100, 1)
                .revision("new", "r2", 25)
                .rate(400)
                .at(2)
                .expect("old", 5)
                .expect("new", 5);
    }

    @Test
    void aRevisionThatIsNotReadyIsSizedForAllToo() {
        Timeline.between(1, 20)
                .pool("old", 1, 100, 1)
                .revision("old", "r1", 50)
                .pool("new", 0, 100, 1)
                .revision("new", "r2", 50)
                .readyAfter(100)
                .rate(400)
                .at(2)
                .expect("old", 5)
                .expect("new", 5);
    }

    @Test
    void anUnmeasuredPoolWithNothingLearntStaysAsItIs() {
        Timeline.between(1, 20)
                .pool("t4", 2, 0, 1)
                .rate(500)
                .at(310)
                .expect("t4", 2)
                .expectReason("t4", "capacity not yet known");
    }

    @Test
    void anUnmeasuredPoolFollowsHowBusyItsEnginesAre() {
        Timeline.between(1, 20)
                .pool("t4", 1, 0, 1)
                .pods("t4", busy(90, 0.9, 0))
                // 100/s at full, 70 % of it planned.
                .rate(140)
                .at(2)
                .expect("t4", 2)
                .expectReason("t4", "70% busy engines, unmeasured");
    }

    @Test
    void aLongQueueMeansThatTheEnginesGiveAllTheyCan() {
        Timeline.between(1, 20)
                .pool("t4", 1, 0, 1)
                .pods("t4", busy(90, 0.5, 500))
                .rate(140)
                .at(2)
                .expect("t4", 3);
    }

    @Test
    void anUnmeasuredPoolUsesTheCurveThatItsPodsLearnt() {
        ServiceCurve curve = new ServiceCurve(
                List.of(new ServiceCurve.Point(1, 0.008, 0.009, 100), new ServiceCurve.Point(8, 0.016, 0.018, 100)));
        Timeline.between(1, 20)
                .pool("t4", 1, 0, 1)
                .pods(
                        "t4",
                        new PodLoads(
                                1,
                                1,
                                OptionalDouble.of(90),
                                OptionalDouble.of(0.9),
                                0,
                                GpuLoads.UNWATCHED,
                                Optional.of(curve)))
                .rate(1000)
                .at(2)
                .expectReason("t4", "as learnt");
    }

    @Test
    void aMeaninglessCapacityCountsAsNone() {
        Timeline.between(1, 20)
                .pool("t4", 2, Double.POSITIVE_INFINITY, 1)
                .rate(500)
                .at(10)
                .expect("t4", 2)
                .expectReason("t4", "capacity not yet known");
    }

    @Test
    void pausedLeavesCountsAlone() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .settings(ScalingSettings::standing)
                .rate(500)
                .at(100)
                .expect("t4", 1)
                .expectReason("t4", "paused");
    }

    private static PodLoads busy(double answered, double fraction, double queued) {
        return new PodLoads(
                1,
                1,
                OptionalDouble.of(answered),
                OptionalDouble.of(fraction),
                queued,
                GpuLoads.UNWATCHED,
                Optional.empty());
    }
}
