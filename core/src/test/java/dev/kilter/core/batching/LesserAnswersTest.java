package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LesserAnswersTest {
    private static final long MS = 1_000_000;
    private static final int MAX = 8;
    /** 15 ms for one, 50 ms for eight. */
    private static final BatchCost TARGET = FakeCost.linear(10, 5);

    private static final BatchCost FASTER = FakeCost.linear(3, 1);

    private final LesserAnswers answers = new LesserAnswers(1);
    private final BatchPolicy policy = new SloBatchPolicy();
    private final FakeQueue queue = new FakeQueue(1, new BatchLimits(MAX, OptionalLong.empty())).costs(TARGET);

    private BatchDecision decide(int degradable) {
        queue.mayDegrade(degradable);
        return answers.decide(policy, queue, FASTER, new long[] {0}, 0);
    }

    private boolean admits(BatchCost lesser, int degradable, long deadline) {
        queue.mayDegrade(degradable);
        boolean mayBe = degradable > queue.requests();
        Admission.Request request = new Admission.Request(1, deadline, deadline);
        return answers.admits(queue.plan(0), lesser, mayBe, queue, request, new long[] {0}, 0);
    }

    private void waiting(int requests, long deadline) {
        for (int i = 0; i < requests; i++) {
            queue.add(1, 0, deadline);
        }
    }

    @Test
    void theTargetVariantServesWhereAllAreInTime() {
        waiting(8, 100 * MS);
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void asFewAsMakeRoomForTheRestAreDegradedAndTheyAreTheFirst() {
        // 50 ms for 8 of them leave 30 ms, of which 7.5 are kept free: enough for 2 more, not for 3.
        waiting(11, 80 * MS);
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Degrade(2, 1));
    }

    @Test
    void noBatchIsSoLargeThatItsFirstRequestIsInTimeByLuckOnly() {
        // 50 ms for 8 would leave 5 ms; 7.5 are kept free, so 7 go, and the rest is in time behind them.
        waiting(1, 55 * MS);
        waiting(7, 100 * MS);
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Run(7));
        assertThat(decide(0)).isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void onlyThoseAreDegradedThatMayBe() {
        waiting(20, 90 * MS);
        assertThat(decide(1_000))
                .isInstanceOfSatisfying(
                        BatchDecision.Degrade.class,
                        degrade -> assertThat(degrade.items()).isEqualTo(MAX));
        assertThat(decide(2)).isEqualTo(new BatchDecision.Degrade(2, 1));
        assertThat(decide(0)).isInstanceOf(BatchDecision.Run.class);
    }

    @Test
    void whatTheTargetVariantCouldOnlyGiveUpIsAnsweredByTheLesser() {
        waiting(2, 10 * MS);
        waiting(6, 100 * MS);
        assertThat(decide(0)).isEqualTo(new BatchDecision.Drop(2));
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Degrade(2, 2));
    }

    @Test
    void whatNeitherCanAnswerIsGivenUp() {
        waiting(1, 2 * MS);
        waiting(7, 100 * MS);
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Drop(1));
    }

    @Test
    void aRequestIsAdmittedIfLesserAnswersMakeRoomForIt() {
        waiting(16, 100 * MS);
        assertThat(admits(FASTER, 1_000, 100 * MS)).isTrue();
        assertThat(admits(FASTER, 3, 100 * MS)).isFalse();
        assertThat(admits(FASTER, 0, 100 * MS)).isFalse();
        assertThat(admits(FASTER, 1_000, 3 * MS)).isFalse();
    }

    @Test
    void aVariantOfWhichNothingIsKnownIsNotCountedOn() {
        waiting(16, 100 * MS);
        assertThat(admits(BatchCost.unknown(), 1_000, 100 * MS)).isFalse();
        assertThat(answers.decide(policy, queue, BatchCost.unknown(), new long[] {0}, 0))
                .isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void requestsOfSeveralItemsAreTakenWhole() {
        queue.add(6, 0, 60 * MS).add(6, 0, 60 * MS).add(6, 0, 60 * MS);
        assertThat(decide(1_000)).isEqualTo(new BatchDecision.Degrade(6, 2));
    }
}
