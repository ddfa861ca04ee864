package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.ServiceCurve;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Timelines of an engine whose batch of n takes 2 ms + n × 1 ms, times the machine's pace. */
class LearnedCurveTest {

    private static final long MS = 1_000_000;

    private final LearnedCurve curve = new LearnedCurve();
    private final SplittableRandom random = new SplittableRandom(1);

    private void run(int batches, double pace, int... sizes) {
        for (int i = 0; i < batches; i++) {
            int items = sizes[i % sizes.length];
            double jitter = 1 + 0.05 * random.nextGaussian();
            curve.record(items, Math.round((2 + items) * MS * pace * jitter));
        }
    }

    private void assertPace(double pace, int... sizes) {
        for (int items : sizes) {
            assertThat((double) curve.expectedNanos(items))
                    .as("of %s", items)
                    .isCloseTo((2 + items) * MS * pace, Percentage.withPercentage(8));
        }
    }

    @Test
    void knowsNothingUntilSomethingRan() {
        assertThat(curve.known()).isFalse();
        assertThat(curve.expectedNanos(1)).isZero();
        assertThat(curve.cautiousNanos(1)).isZero();
        assertThat(curve.points()).isEmpty();
    }

    @Test
    void isLevelBelowTheSmallestAndInProportionBeyondASingleSize() {
        curve.record(2, 10 * MS);
        assertThat(curve.expectedNanos(1)).isEqualTo(10 * MS);
        assertThat(curve.expectedNanos(8)).isEqualTo(40 * MS);
    }

    @Test
    void isLinearBetweenSizesAndGoesOnWithTheLastSlope() {
        curve.record(2, 10 * MS);
        curve.record(4, 16 * MS);
        assertThat(curve.expectedNanos(3)).isEqualTo(13 * MS);
        assertThat(curve.expectedNanos(8)).isEqualTo(28 * MS);
    }

    @Test
    void neverFallsWithTheSize() {
        for (int i = 0; i < 9; i++) {
            curve.record(1, 10 * MS);
            curve.record(2, 30 * MS);
            curve.record(3, 20 * MS);
            curve.record(4, 40 * MS);
        }
        assertThat(curve.expectedNanos(2)).isEqualTo(25 * MS).isEqualTo(curve.expectedNanos(3));
        assertThat(curve.expectedNanos(4)).isEqualTo(40 * MS);
    }

    @Test
    void followsAMachineThatSlowsDownForGoodAndBackForEverySizeAlsoThoseThatDoNotRun() {
        run(200, 1, 1, 4, 16, 32);
        assertPace(1, 1, 2, 4, 10, 16, 32);
        run(12, 2, 1, 4);
        assertPace(2, 1, 4, 16, 32);
        run(500, 2, 1, 4);
        assertPace(2, 1, 4, 16, 32);
        run(12, 1, 1, 4);
        assertPace(1, 1, 4, 16, 32);
    }

    @Test
    void aChangeForGoodIsNoOutlierOnceItIsKnown() {
        run(300, 1, 1, 8);
        run(40, 3, 1, 8);
        assertPace(3, 1, 8);
        assertThat((double) curve.cautiousNanos(8)).isLessThan(1.3 * curve.expectedNanos(8));
    }

    @Test
    void aStallMovesNothing() {
        run(200, 1, 1, 8);
        run(2, 100, 1, 8);
        assertPace(1, 1, 8);
        run(50, 1, 1, 8);
        assertPace(1, 1, 8);
        assertThat((double) curve.cautiousNanos(8)).isLessThan(1.3 * curve.expectedNanos(8));
    }

    @Test
    void whatIsSlowNowAndThenIsInTheCautiousTimeAlone() {
        for (int i = 0; i < 20; i++) {
            run(18, 1, 8);
            run(1, 4, 8);
        }
        assertPace(1, 8);
        assertThat((double) curve.cautiousNanos(8))
                .isBetween(3.5 * curve.expectedNanos(8), 4.5 * curve.expectedNanos(8));
    }

    @Test
    void theFirstRunOfASizeIsForgottenSoon() {
        curve.record(1, 500 * MS);
        curve.record(16, 900 * MS);
        run(4, 1, 1);
        run(4, 1, 16);
        assertPace(1, 1, 16);
        run(100, 1, 1, 16);
        curve.record(8, 400 * MS);
        assertPace(1, 8);
    }

    @Test
    void aWarmUpThatWasTenTimesTooSlowForOneSizeDoesNotSpoilTheOther() {
        curve.record(1, 30 * MS);
        curve.record(16, 18 * MS);
        run(3, 1, 1);
        assertPace(1, 1, 16);
    }

    @Test
    void learnsManySizesWithoutHavingSeenEach() {
        curve.record(1, 3 * MS);
        curve.record(1024, 1026 * MS);
        for (int i = 0; i < 400; i++) {
            run(1, 1, 1 + random.nextInt(1024));
        }
        assertPace(1, 30, 100, 500, 777, 1024);
    }

    @Test
    void reportsEachSizeWithItsMeanAndTailAtThePaceOfToday() {
        run(400, 1, 1, 8);
        run(40, 2, 8);
        ServiceCurve.Point one = curve.points().getFirst();
        assertThat(one.batchSize()).isEqualTo(1);
        assertThat(one.samples()).isEqualTo(200);
        assertThat(one.meanSeconds()).isEqualTo(0.006, Offset.offset(0.0004));
        assertThat(one.p99Seconds()).isBetween(one.meanSeconds(), 0.008);
        assertThat(curve.points().getLast().samples()).isEqualTo(240);
    }

    @Test
    void oneSlowFirstRunIsBelievedByNoneThatStartsFromIt() {
        curve.record(1, 10 * MS);
        curve.record(16, 400 * MS); // a stall in the warm-up
        LearnedCurve line = new LearnedCurve(curve);
        assertThat(line.expectedNanos(16)).isEqualTo(160 * MS);
    }

    @Test
    void aCurveThatStartsFromAnotherFindsItsOwnPaceWithinAFewRuns() {
        run(100, 1, 1, 16);
        LearnedCurve longTexts = new LearnedCurve(curve);
        assertThat(longTexts.expectedNanos(16)).isEqualTo(curve.expectedNanos(16));
        for (int i = 0; i < 12; i++) {
            longTexts.record(1, 30 * MS); // ten times a typical one
        }
        assertThat((double) longTexts.expectedNanos(1)).isCloseTo(30 * MS, Percentage.withPercentage(2));
        assertThat((double) longTexts.expectedNanos(16)).isCloseTo(180 * MS, Percentage.withPercentage(8));
        assertPace(1, 1, 16);
    }

    @Test
    void aSizeThatHardlyRanCountsAsNoWorseThanSmallerBatches() {
        curve.record(1, 10 * MS);
        curve.record(8, 900 * MS); // a stall in the warm-up
        run(100, 3, 1);
        assertThat((double) curve.expectedNanos(8)).isCloseTo(8 * 9.0 * MS, Percentage.withPercentage(10));
        for (int i = 0; i < 3; i++) {
            curve.record(8, 900 * MS);
        }
        assertThat((double) curve.expectedNanos(8)).isCloseTo(900 * MS, Percentage.withPercentage(10));
    }

    @Test
    void aSizeThatSeemedDearerThanSmallerBatchesIsTriedAgainSoon() {
        run(50, 1, 1);
        for (int i = 0; i < 10; i++) {
            curve.record(2, 15 * MS); // while a neighbour was busy
        }
        run(250, 1, 1);
        assertThat(curve.expectedNanos(2)).isGreaterThan(14 * MS);
        run(10, 1, 1);
        assertThat((double) curve.expectedNanos(2)).isCloseTo(2 * 3 * MS, Percentage.withPercentage(10));
        run(3, 1, 2);
        assertPace(1, 1, 2);
    }

    @Test
    void whatWasMeasuredLongAgoIsMeasuredAgain() {
        run(50, 1, 1);
        for (int i = 0; i < 10; i++) {
            curve.record(8, 20 * MS);
        }
        run(4_000, 1, 1);
        assertThat((double) curve.expectedNanos(8)).isCloseTo(20 * MS, Percentage.withPercentage(10));
        run(100, 1, 1);
        assertThat((double) curve.expectedNanos(8)).isCloseTo(20 * MS, Percentage.withPercentage(10));
        run(3, 1, 8);
        assertPace(1, 1, 8);
    }

    @Test
    void aStallThatShortBatchesShowAddsNoMoreToLongOnes() {
        for (int i = 0; i < 200; i++) {
            curve.record(1, 3 * MS + (i % 20 == 0 ? 6 * MS : 0));
            curve.record(32, 34 * MS);
        }
        assertThat(curve.cautiousNanos(1)).isBetween(8 * MS, 10 * MS);
        assertThat(curve.cautiousNanos(32)).isBetween(39 * MS, 41 * MS);
    }

    @Test
    void aMachineThatIsSlowAtTimesLengthensShortBatchesInProportion() {
        for (int i = 0; i < 200; i++) {
            curve.record(1, i % 20 == 0 ? 6 * MS : 3 * MS);
            curve.record(32, i % 20 == 0 ? 68 * MS : 34 * MS);
        }
        assertThat(curve.cautiousNanos(1)).isBetween(5 * MS, 7 * MS);
        assertThat(curve.cautiousNanos(32)).isBetween(60 * MS, 70 * MS);
    }

    @Test
    void aSmallerSizeIsTriedWhereItMayServeMoreASecond() {
        curve.record(1, 7 * MS);
        curve.record(32, 200 * MS);
        for (int size : new int[] {16, 8, 4, 2}) {
            for (int i = 0; i < 3; i++) {
                assertThat(curve.worthTrying(32)).as("of 16, 8, 4, 2").isEqualTo(size);
                curve.record(size, 6 * MS * size);
            }
        }
        assertThat(curve.worthTrying(32)).as("all are known").isEqualTo(32);
        assertThat(curve.worthTrying(1)).isEqualTo(1);
    }

    @Test
    void aSmallerSizeIsNotTriedWhereItCouldNotServeMoreASecond() {
        curve.record(1, 8 * MS);
        curve.record(32, 16 * MS);
        assertThat(curve.worthTrying(32)).isEqualTo(32);
    }

    @Test
    void requestsOfSeveralItemsDoNotFillASizeAndAreNotTriedForEver() {
        curve.record(1, 8 * MS);
        curve.record(8, 60 * MS);
        assertThat(curve.worthTrying(8)).isEqualTo(4);
        for (int i = 0; i < 3; i++) {
            curve.record(3, 24 * MS);
        }
        assertThat(curve.worthTrying(8)).isEqualTo(2);
    }

    @Test
    void aSizeIsTriedAgainAfterItWasForgotten() {
        run(10, 1, 1, 2, 4, 8);
        assertThat(curve.worthTrying(8)).isEqualTo(8);
        curve.record(32, 34 * MS);
        run(10, 1, 16);
        run(4_200, 1, 1, 32);
        assertThat(curve.worthTrying(32)).isEqualTo(16);
    }
}
