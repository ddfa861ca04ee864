package dev.kilter.planner.simulation.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
    private static final Frontier FRONTIER = new Frontier(List.of(
            new Frontier.Point("c", 20, 0.001),
            new Frontier.Point("a", 10, 0.1),
            new Frontier.Point("beaten", 15, 0.2),
            new Frontier.Point("d", 30, 0)));

    @Test
    void whatAnotherBeatsInBothIsNotOnIt() {
        assertThat(FRONTIER.points()).extracting(Frontier.Point::setting).containsExactly("a", "c", "d");
    }

    @Test
    void betweenPointsTheLogarithmIsLinear() {
        assertThat(FRONTIER.violationsAt(15).orElseThrow()).isCloseTo(0.01, within(1e-9));
        assertThat(FRONTIER.costAt(0.01).orElseThrow()).isCloseTo(15, within(1e-9));
    }

    @Test
    void beyondItsEndsNothingIsMadeUp() {
        assertThat(FRONTIER.violationsAt(9)).isEmpty();
        assertThat(FRONTIER.violationsAt(100).orElseThrow()).isZero();
        assertThat(FRONTIER.costAt(0.5).orElseThrow()).isEqualTo(10);
        assertThat(new Frontier(List.of(new Frontier.Point("a", 10, 0.1))).costAt(0.01))
                .isEmpty();
        assertThat(new Frontier(List.of()).violationsAt(1)).isEmpty();
    }

    @Test
    void aPointThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Frontier.Point("x", 1, Double.NaN))
                .hasMessageContaining("expected: cost >= 0, violations 0..1");
    }
}
