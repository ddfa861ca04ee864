package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HpaBehaviorTest {
    private static final Bounds BOUNDS = new Bounds(1, 100);

    private HpaBehavior behavior = HpaBehavior.written();
    private int count = 1;
    private long second;

    @Test
    void upItAddsFourPodsOrDoublesEachFifteenSeconds() {
        assertThat(sync(90)).isEqualTo(5);
        assertThat(sync(90)).isEqualTo(10);
        assertThat(sync(90)).isEqualTo(20);
        assertThat(sync(90)).isEqualTo(40);
        assertThat(sync(90)).isEqualTo(80);
        assertThat(sync(90)).isEqualTo(90);
    }

    /** As the controller does it; its documents tell of the other rule alone. */
    @Test
    void withoutABehaviorItGoesToFourOrDoublesAtEachLook() {
        behavior = HpaBehavior.leftOut();
        assertThat(sync(90)).isEqualTo(4);
        assertThat(sync(90)).isEqualTo(8);
        assertThat(sync(90)).isEqualTo(16);
        assertThat(sync(20)).isEqualTo(20);
    }

    @Test
    void downItWaitsForTheHighestOfFiveMinutesAndThenFallsAtOnce() {
        count = 10;
        sync(10);
        for (int i = 0; i < 19; i++) {
            assertThat(sync(2)).isEqualTo(10);
        }
        assertThat(sync(2)).isEqualTo(2);
    }

    @Test
    void whatThereIsAtTheStartStaysForFiveMinutes() {
        count = 8;
        assertThat(sync(2)).isEqualTo(8);
        for (int i = 0; i < 18; i++) {
            sync(2);
        }
        assertThat(sync(2)).as("285 s").isEqualTo(8);
        assertThat(sync(2)).as("300 s").isEqualTo(2);
    }

    @Test
    void boundsHold() {
        count = 3;
        assertThat(behavior.follow(3, 90, new Bounds(1, 5), 0)).isEqualTo(5);
        assertThat(HpaBehavior.written().follow(1, 1, new Bounds(2, 5), 0)).isEqualTo(2);
    }

    private int sync(int wanted) {
        second += 15;
        count = behavior.follow(count, wanted, BOUNDS, second * 1_000_000_000L);
        return count;
    }
}
