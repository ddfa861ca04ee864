package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GreedyBatchPolicyTest {
    private static final long MS = 1_000_000;

    private final BatchPolicy policy = new GreedyBatchPolicy();

    private static QueueView queue(int items, long firstArrival, int freeEngines, long maxDelay) {
        FakeQueue queue = new FakeQueue(freeEngines, new BatchLimits(8, OptionalLong.of(maxDelay)));
        for (int i = 0; i < items; i++) {
            queue.add(1, firstArrival, firstArrival + 1_000 * MS);
        }
        return queue;
    }

    @Test
    void runsALoneRequestAtOnceWhenNoDelayIsAllowed() {
        assertThat(policy.decide(queue(1, 100, 1, 0), 100)).isEqualTo(new BatchDecision.Run(1));
    }

    @Test
    void isIdleWhenNothingWaitsOrNoEngineIsFree() {
        assertThat(policy.decide(queue(0, 0, 1, 0), 100)).isEqualTo(new BatchDecision.Idle());
        assertThat(policy.decide(queue(99, 0, 0, 0), 100)).isEqualTo(new BatchDecision.Idle());
    }

    @Test
    void neverRunsMoreThanTheLargestBatch() {
        assertThat(policy.decide(queue(20, 0, 1, 50 * MS), 0)).isEqualTo(new BatchDecision.Run(8));
    }

    @Test
    void countsTheDelayFromTheFirstArrivalAndNotFromThePoll() {
        long arrival = 7 * MS;
        assertThat(policy.decide(queue(3, arrival, 1, 5 * MS), 8 * MS))
                .isEqualTo(new BatchDecision.Wait(arrival + 5 * MS));
        assertThat(policy.decide(queue(3, arrival, 1, 5 * MS), 12 * MS)).isEqualTo(new BatchDecision.Run(3));
    }

    @Test
    void keepsItsSenseWhenTheClockOverflows() {
        long arrival = Long.MAX_VALUE - 2;
        assertThat(policy.decide(queue(1, arrival, 1, 10), arrival + 5))
                .isEqualTo(new BatchDecision.Wait(arrival + 10));
        assertThat(policy.decide(queue(1, arrival, 1, 10), arrival + 11)).isEqualTo(new BatchDecision.Run(1));
    }

    @Test
    void limitsWithoutSenseAreRefusedByName() {
        assertThatThrownBy(() -> new BatchLimits(0, OptionalLong.empty()))
                .hasMessage("maxBatchSize: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new BatchLimits(1, OptionalLong.of(-1)))
                .hasMessage("maxDelayNanos: -1 (expected: >= 0)");
    }
}
