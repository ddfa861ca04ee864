package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long MS = 1_000_000;
    private static final long BUDGET = 50 * MS;
    private static final BatchCost COST = FakeCost.linear(1, 5);

    private static FakeQueue waiting(int requests, double itemsPerSecond) {
        FakeQueue queue = new FakeQueue(0, new BatchLimits(32, OptionalLong.empty())).costs(COST);
        for (int i = 0; i < requests; i++) {
            queue.add(1, 0, BUDGET);
        }
        return queue.at(itemsPerSecond);
    }

    private static Admission ask(BatchCost cost, QueueView ahead, long... busy) {
        BatchPlan plan = BatchPlan.of(cost, 32, busy.length);
        return Admission.of(plan, ahead, busy, new Admission.Request(1, BUDGET, BUDGET), 0);
    }

    @Test
    void admitsWhereNothingWaitsAndAnEngineIsFree() {
        assertThat(ask(COST, waiting(0, 0), 0)).isEqualTo(new Admission.Admitted(6 * MS));
    }

    @Test
    void isNotLockedOutByAnEstimateThatIsTooHigh() {
        assertThat(ask(FakeCost.linear(1_000, 5), waiting(0, 0), 0)).isInstanceOf(Admission.Admitted.class);
        assertThat(ask(FakeCost.linear(1_000, 5), waiting(0, 0), MS)).isInstanceOf(Admission.Refused.class);
    }

    @Test
    void refusesWhatCouldOnlyBeLateAndSaysWhenToComeAgain() {
        assertThat(ask(COST, waiting(40, 100), 40 * MS)).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.finishNanos()).isGreaterThan(BUDGET);
            assertThat(refused.retryAfterNanos()).isEqualTo(refused.finishNanos() - BUDGET);
        });
    }

    @Test
    void underOverloadAdmitsOnlyWhatIsInTimeAlmostCertainly() {
        assertThat(ask(COST, waiting(1, 100), 36 * MS)).isInstanceOf(Admission.Admitted.class);
        assertThat(ask(COST, waiting(1, 1_000), 36 * MS)).isInstanceOf(Admission.Refused.class);
    }

    @Test
    void isStricterTheMoreIsOffered() {
        long[] latest = new long[4];
        double[] rates = {100, 200, 210, 1_000}; // of 195 that full batches serve
        for (int i = 0; i < rates.length; i++) {
            while (ask(COST, waiting(1, rates[i]), latest[i] + MS / 10) instanceof Admission.Admitted) {
                latest[i] += MS / 10;
            }
        }
        assertThat(latest).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(latest[0]).isGreaterThan(latest[2]);
        assertThat(latest[2]).isGreaterThan(latest[3]);
    }

    @Test
    void underOverloadNoEstimateIsTrustedToTheLastTenth() {
        BatchCost exact = new BatchCost() {
            @Override
            public long expectedNanos(int items) {
                return 5 * MS * items;
            }

            @Override
            public long cautiousNanos(int items) {
                return expectedNanos(items);
            }
        };
        assertThat(ask(exact, waiting(1, 1_000), 40 * MS - 1)).isInstanceOf(Admission.Refused.class);
        assertThat(ask(exact, waiting(1, 100), 40 * MS - 1)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void leavesTheTimeForThoseThatWillShareTheBatch() {
        assertThat(ask(COST, waiting(0, 1_000), 10 * MS)).isInstanceOf(Admission.Refused.class);
        assertThat(ask(COST, waiting(0, 1_000), 2 * MS)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void whatIsAheadIsSharedByTheEngines() {
        assertThat(ask(COST, waiting(7, 100), 20 * MS)).isInstanceOf(Admission.Refused.class);
        assertThat(ask(COST, waiting(7, 100), 5 * MS, 5 * MS)).isInstanceOf(Admission.Admitted.class);
    }

    private static long finishOfAPatientOne(FakeQueue ahead, long busyNanos) {
        Admission.Request patient = new Admission.Request(1, 10 * BUDGET, BUDGET);
        return Admission.of(BatchPlan.of(COST, 32, 1), ahead, new long[] {busyNanos}, patient, 0)
                .finishNanos();
    }

    @Test
    void nobodyJoinsABatchAndMakesTheOthersInItLate() {
        FakeQueue hurried = waiting(1, 1_000); // it has time for a batch of its own, until 50 ms
        FakeQueue patient =
                new FakeQueue(0, hurried.limits()).costs(COST).at(1_000).add(1, 0, 10 * BUDGET);
        assertThat(finishOfAPatientOne(hurried, 44 * MS)).isBetween(BUDGET + 44 * MS, BUDGET + 52 * MS);
        assertThat(finishOfAPatientOne(patient, 44 * MS)).isLessThan(BUDGET + 26 * MS);
    }

    @Test
    void whatWillBeGivenUpHoldsUpNobody() {
        assertThat(finishOfAPatientOne(waiting(20, 10), 100 * MS)).isLessThan(110 * MS);
    }

    @Test
    void admitsEverythingWhileNothingIsKnown() {
        FakeQueue queue = waiting(200, 1_000).costs(BatchCost.unknown());
        assertThat(ask(BatchCost.unknown(), queue, MS)).isInstanceOf(Admission.Admitted.class);
    }
}
