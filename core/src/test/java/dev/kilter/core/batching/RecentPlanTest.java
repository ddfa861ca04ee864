package dev.kilter.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RecentPlanTest {
    private static final long MS = 1_000_000;

    @Test
    void readsACurveThatLearnsAnewAfterAWhile() {
        RecentPlan plans = new RecentPlan(1);
        BatchCost learning = cost(true);
        BatchPlan first = plans.of(learning, 8, 0);
        assertThat(plans.of(learning, 8, 99 * MS)).isSameAs(first);
        assertThat(plans.of(learning, 8, 100 * MS)).isNotSameAs(first);
    }

    @Test
    void readsACurveThatIsKnownOnce() {
        RecentPlan plans = new RecentPlan(1);
        BatchCost known = cost(false);
        BatchPlan first = plans.of(known, 8, 0);
        assertThat(plans.of(known, 8, 3_600_000 * MS)).isSameAs(first);
        assertThat(plans.of(known, 16, 3_600_000 * MS)).isNotSameAs(first);
        assertThat(plans.of(cost(false), 16, 3_600_000 * MS)).isNotSameAs(first);
    }

    @Test
    void refusesWhatHasNoEngine() {
        assertThatThrownBy(() -> new RecentPlan(0)).hasMessage("engines: 0 (expected: >= 1)");
    }

    private static BatchCost cost(boolean learns) {
        return new BatchCost() {
            @Override
            public long expectedNanos(int items) {
                return items * MS;
            }

            @Override
            public long cautiousNanos(int items) {
                return items * MS;
            }

            @Override
            public boolean learns() {
                return learns;
            }
        };
    }
}
