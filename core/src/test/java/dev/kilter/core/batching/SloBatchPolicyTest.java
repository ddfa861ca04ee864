package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SloBatchPolicyTest {
    private static final long MS = 1_000_000;
    private static final BatchCost SMOOTH = FakeCost.linear(2, 1);
    private static final BatchCost STEPS = FakeCost.stepsOfEight(1, 3);

    private static FakeQueue queue(BatchCost cost, int waiting, long deadline) {
        return queue(cost, waiting, deadline, OptionalLong.empty());
    }

    private static FakeQueue queue(BatchCost cost, int waiting, long deadline, OptionalLong maxDelay) {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(32, maxDelay)).costs(cost);
        for (int i = 0; i < waiting; i++) {
            queue.add(1, 0, deadline);
        }
        return queue;
    }

    private static BatchDecision decide(int engines, FakeQueue queue, long now) {
        return new SloBatchPolicy().decide(queue.on(engines), now);
    }

    @Test
    void runsALoneRequestAtOnce() {
        assertThat(decide(1, queue(SMOOTH, 1, 100 * MS), 0)).isEqualTo(new BatchDecision.Run(1));
        assertThat(decide(2, queue(STEPS, 1, 100 * MS), 0)).isEqualTo(new BatchDecision.Run(1));
    }

    @Test
    void runsWhatIsQueuedWhileNothingIsKnown() {
        assertThat(decide(2, queue(BatchCost.unknown(), 40, 100 * MS).at(1e6), 0))
                .isEqualTo(new BatchDecision.Run(32));
    }

    @Test
    void oneEngineWithASmoothCurveNeverWaits() {
        assertThat(decide(1, queue(SMOOTH, 3, 100 * MS).at(800), 0)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void takesNoMoreThanItsMostUrgentMemberHasTimeFor() {
        assertThat(decide(1, queue(SMOOTH, 30, 12 * MS), 0)).isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void doesNotBeginAStepThatItCannotFill() {
        assertThat(decide(1, queue(STEPS, 9, 100 * MS), 0)).isEqualTo(new BatchDecision.Run(8));
        assertThat(decide(1, queue(STEPS, 15, 100 * MS), 0)).isEqualTo(new BatchDecision.Run(15));
    }

    @Test
    void triesASizeOfWhichNothingIsKnownWhereNobodyIsLateByIt() {
        BatchCost cost = FakeCost.linear(2, 1).untried(8);
        long twoBatches = 2 * cost.cautiousNanos(32);
        assertThat(decide(1, queue(cost, 40, twoBatches), 0)).isEqualTo(new BatchDecision.Run(8));
        assertThat(decide(1, queue(cost, 40, twoBatches), 1)).isEqualTo(new BatchDecision.Run(32));
        assertThat(decide(1, queue(cost, 8, twoBatches), 0)).isEqualTo(new BatchDecision.Run(8));
        FakeQueue ofNine = new FakeQueue(1, new BatchLimits(32, OptionalLong.empty())).costs(cost);
        assertThat(decide(1, ofNine.add(9, 0, twoBatches), 0)).isEqualTo(new BatchDecision.Run(9));
    }

    @Test
    void waitsInsideAStepUntilTheLatestSafeStartWhenItIsBusy() {
        long latest = 7 * MS - STEPS.cautiousNanos(4);
        FakeQueue busy = queue(STEPS, 3, 7 * MS).at(1500);
        assertThat(decide(1, busy, 0)).isEqualTo(new BatchDecision.Wait(latest));
        assertThat(decide(1, busy, latest)).isEqualTo(new BatchDecision.Run(3));
        assertThat(decide(1, queue(STEPS, 3, 7 * MS).at(10), 0)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void waitsNoLongerThanCompanyIsToBeExpected() {
        long patience = 5_000_000_000L / 1500;
        FakeQueue slow = queue(STEPS, 3, 10_000 * MS).at(1500);
        assertThat(decide(1, slow, 0)).isEqualTo(new BatchDecision.Wait(patience));
        assertThat(decide(1, slow, patience)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void neverWaitsLongerThanTheUserAllows() {
        FakeQueue busy = queue(STEPS, 3, 20 * MS, OptionalLong.of(2 * MS)).at(1500);
        assertThat(decide(1, busy, MS)).isEqualTo(new BatchDecision.Wait(2 * MS));
        assertThat(decide(1, busy, 2 * MS)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void severalBusyEnginesStartEvenlyOneAfterTheOther() {
        SloBatchPolicy policy = new SloBatchPolicy();
        assertThat(policy.decide(queue(SMOOTH, 8, 100 * MS).on(2).at(800), 0)).isEqualTo(new BatchDecision.Run(8));
        assertThat(policy.decide(queue(SMOOTH, 4, 100 * MS).on(2).at(800), MS))
                .isEqualTo(new BatchDecision.Wait(3 * MS));
        assertThat(policy.decide(queue(SMOOTH, 4, 100 * MS).on(2).at(800), 3 * MS))
                .isEqualTo(new BatchDecision.Run(4));
    }

    @Test
    void severalEnginesLeaveRoomForWhatComesAfterABatch() {
        assertThat(decide(1, queue(SMOOTH, 30, 20 * MS), 0)).isEqualTo(new BatchDecision.Run(16));
        assertThat(decide(2, queue(SMOOTH, 30, 20 * MS), 0)).isEqualTo(new BatchDecision.Run(9));
    }

    @Test
    void givesUpHeadsThatAreLostButNeverTheLastOne() {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(32, OptionalLong.empty())).costs(SMOOTH);
        queue.add(1, 0, 2 * MS).add(1, 0, 2 * MS).add(1, 0, 50 * MS);
        assertThat(decide(1, queue, 0)).isEqualTo(new BatchDecision.Drop(2));
        assertThat(decide(1, queue(SMOOTH, 5, 2 * MS), 0)).isEqualTo(new BatchDecision.Drop(4));
        assertThat(decide(1, queue(SMOOTH, 1, 2 * MS), 0)).isEqualTo(new BatchDecision.Run(1));
    }

    @Test
    void givesUpAHeadThatWouldForceASmallBatchOnMany() {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(32, OptionalLong.empty())).costs(SMOOTH);
        queue.add(1, 0, 3 * MS);
        for (int i = 0; i < 20; i++) {
            queue.add(1, 0, 30 * MS);
        }
        assertThat(decide(1, queue, 0)).isEqualTo(new BatchDecision.Drop(1));
    }

    @Test
    void takesWholeRequestsOfSeveralItems() {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(8, OptionalLong.empty())).costs(SMOOTH);
        queue.add(5, 0, 100 * MS).add(5, 0, 100 * MS);
        assertThat(decide(1, queue, 0)).isEqualTo(new BatchDecision.Run(5));
        FakeQueue large = new FakeQueue(1, new BatchLimits(8, OptionalLong.empty())).costs(SMOOTH);
        large.add(20, 0, 100 * MS);
        assertThat(decide(1, large, 0)).isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void anUrgentMemberFurtherBackBoundsTheBatchToo() {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(32, OptionalLong.empty())).costs(SMOOTH);
        queue.add(1, 0, 100 * MS).add(1, 0, 6 * MS).add(1, 0, 100 * MS).add(1, 0, 100 * MS);
        assertThat(decide(1, queue, 0)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void keepsAHalfOfTheSpreadFreeForThoseThatShareABatch() {
        long half = (SMOOTH.expectedNanos(8) + SMOOTH.cautiousNanos(8)) / 2;
        FakeQueue queue = queue(SMOOTH, 30, 100 * MS);
        assertThat(decide(1, queue, 100 * MS - half)).isEqualTo(new BatchDecision.Run(8));
        assertThat(decide(1, queue, 100 * MS - half + 1)).isEqualTo(new BatchDecision.Run(7));
    }

    @Test
    void underOverloadKeepsItsPromiseToAHeadThatForcesASmallBatch() {
        FakeQueue queue = new FakeQueue(1, new BatchLimits(32, OptionalLong.empty())).costs(SMOOTH);
        queue.add(1, 0, 4 * MS);
        for (int i = 0; i < 20; i++) {
            queue.add(1, 0, 30 * MS);
        }
        assertThat(decide(1, queue, 0)).isEqualTo(new BatchDecision.Drop(1));
        assertThat(decide(1, queue.at(1e5), 0)).isInstanceOf(BatchDecision.Run.class);
    }

    @Test
    void exportsTheWindowItUses() {
        SloBatchPolicy policy = new SloBatchPolicy();
        policy.decide(queue(STEPS, 3, 20 * MS).at(1500), 0);
        assertThat(policy.windowNanos()).isBetween(MS, 20 * MS - STEPS.cautiousNanos(1));
        SloBatchPolicy smooth = new SloBatchPolicy();
        smooth.decide(queue(SMOOTH, 3, 20 * MS).at(1500), 0);
        assertThat(smooth.windowNanos()).isZero();
    }
}
