package dev.kilter.planner;

import static dev.kilter.planner.Room.FREE;
import static dev.kilter.planner.Room.FULL;
import static dev.kilter.planner.Room.UNSETTLED;
import static dev.kilter.planner.StandInStep.JOIN;
import static dev.kilter.planner.StandInStep.LEAVE;
import static dev.kilter.planner.StandInStep.STAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandInStepTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Test
    void aStateCountsOnceItHasLastedForTheTimeout() {
        Duration before = TIMEOUT.minusNanos(1);
        assertThat(Room.of(true, before, TIMEOUT)).isEqualTo(UNSETTLED);
        assertThat(Room.of(true, TIMEOUT, TIMEOUT)).isEqualTo(FULL);
        assertThat(Room.of(false, before, TIMEOUT)).isEqualTo(UNSETTLED);
        assertThat(Room.of(false, TIMEOUT, TIMEOUT)).isEqualTo(FREE);
    }

    @Test
    void anotherJoinsOnlyWhenTheLastIsFull() {
        assertThat(StandInStep.of(List.of(FULL), 1)).isEqualTo(JOIN);
        assertThat(StandInStep.of(List.of(UNSETTLED), 1)).isEqualTo(STAY);
        assertThat(StandInStep.of(List.of(FREE), 1)).isEqualTo(STAY);
        assertThat(StandInStep.of(List.of(FULL, FREE), 1)).isEqualTo(STAY);
        assertThat(StandInStep.of(List.of(FULL, FULL), 1)).isEqualTo(JOIN);
    }

    @Test
    void theLastLeavesOnceItIsEmptyAndTheOneBeforeHasRoom() {
        assertThat(StandInStep.of(List.of(FREE, FREE), 0)).isEqualTo(LEAVE);
        assertThat(StandInStep.of(List.of(FREE, FREE), 1)).isEqualTo(STAY);
        assertThat(StandInStep.of(List.of(UNSETTLED, FREE), 0)).isEqualTo(STAY);
        assertThat(StandInStep.of(List.of(FULL, FREE, FREE), 0)).isEqualTo(LEAVE);
        assertThat(StandInStep.of(List.of(FREE, FULL, FREE), 0)).isEqualTo(STAY);
    }

    @Test
    void aFirstChoiceWithoutReplicasStays() {
        assertThat(StandInStep.of(List.of(FREE), 0)).isEqualTo(STAY);
    }
}
