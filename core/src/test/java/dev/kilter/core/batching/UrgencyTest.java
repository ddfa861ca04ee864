package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UrgencyTest {
    private static final long STEP = 50;

    @Test
    void theDefaultIsTheDeadlineItself() {
        assertThat(Urgency.dueNanos(1_000, 0, STEP)).isEqualTo(1_000);
        assertThat(Urgency.dueNanos(1_000, Urgency.DEFAULT, STEP)).isEqualTo(1_000);
    }

    @Test
    void aHigherClassGoesFirstAtEqualDeadlines() {
        for (int priority = Urgency.HIGHEST; priority < Urgency.LOWEST; priority++) {
            assertThat(Urgency.dueNanos(1_000, priority, STEP)).isLessThan(Urgency.dueNanos(1_000, priority + 1, STEP));
        }
    }

    @Test
    void waitingAgesTheLowestClassPastNewcomersOfTheHighest() {
        long lowest = Urgency.dueNanos(1_000, Urgency.LOWEST, STEP);
        long stepsBetween = Urgency.LOWEST - Urgency.HIGHEST;
        assertThat(Urgency.dueNanos(1_000 + stepsBetween * STEP - 1, Urgency.HIGHEST, STEP))
                .isLessThan(lowest);
        assertThat(Urgency.dueNanos(1_000 + stepsBetween * STEP + 1, Urgency.HIGHEST, STEP))
                .isGreaterThan(lowest);
    }

    @Test
    void whatIsBelowTheLowestCountsAsThat() {
        assertThat(Urgency.dueNanos(1_000, Integer.MAX_VALUE, STEP))
                .isEqualTo(Urgency.dueNanos(1_000, Urgency.LOWEST, STEP));
        assertThatThrownBy(() -> Urgency.dueNanos(1_000, -1, STEP)).hasMessage("priority: -1 (expected: >= 0)");
    }
}
