package dev.kilter.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.core.balancing.Pace.Window;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final Window NOTHING = new Window(0, 0);

    private static Window answers(int count, double eachSeconds) {
        return new Window(count, count * eachSeconds);
    }

    private static List<Pace> after(int windows, List<Pace> before, List<Window> each) {
        List<Pace> paces = before;
        for (int i = 0; i < windows; i++) {
            paces = Pace.next(paces, each);
        }
        return paces;
    }

    private static List<Pace> unknown(int pods) {
        return Collections.nCopies(pods, Pace.UNKNOWN);
    }

    @Test
    void aPodThatAnswersThreeTimesAsFastGetsThreeTimesTheWeight() {
        List<Pace> paces = after(20, unknown(2), List.of(answers(30, 0.010), answers(10, 0.030)));
        assertThat(paces.get(0).factor() / paces.get(1).factor()).isCloseTo(3, within(0.05));
    }

    @Test
    void podsThatDifferByLessThanNoiseKeepThePlannedWeight() {
        List<Pace> paces = after(20, unknown(2), List.of(answers(30, 0.010), answers(30, 0.012)));
        assertThat(paces).extracting(Pace::factor).containsExactly(1.0, 1.0);
    }

    @Test
    void aPodAloneAndAPodWithoutAnswersKeepThePlannedWeight() {
        assertThat(after(5, unknown(1), List.of(answers(9, 3))))
                .extracting(Pace::factor)
                .containsExactly(1.0);
        assertThat(after(5, unknown(2), List.of(answers(9, 3), NOTHING)).get(1)).isEqualTo(Pace.UNKNOWN);
    }

    @Test
    void aSlowPodThatGetsNoTrafficIsForgivenWithTime() {
        List<Pace> slow = after(10, unknown(2), List.of(answers(50, 0.010), answers(2, 0.200)));
        assertThat(slow.get(1).factor()).isEqualTo(Pace.SLOWEST);
        assertThat(after(120, slow, List.of(answers(50, 0.010), NOTHING)).get(1).factor())
                .isEqualTo(1);
    }

    @Test
    void factorsStayWithinTheirBoundsWhateverIsObserved() {
        Random random = new Random(5);
        List<Pace> paces = unknown(6);
        for (int round = 0; round < 2_000; round++) {
            List<Window> windows = IntStream.range(0, 6)
                    .mapToObj(i -> random.nextInt(3) == 0
                            ? NOTHING
                            : new Window(random.nextInt(0, 1000), Math.pow(10, random.nextDouble(-9, 6))))
                    .toList();
            paces = Pace.next(paces, windows);
            assertThat(paces).allSatisfy(p -> {
                assertThat(p.factor()).isBetween(Pace.SLOWEST, Pace.FASTEST);
                assertThat(p.latencySeconds()).isFinite().isNotNegative();
            });
        }
    }

    @Test
    void windowsMustMatchThePods() {
        assertThatThrownBy(() -> Pace.next(unknown(2), List.of(NOTHING)))
                .hasMessage("windows: 1 (expected: 2, one for each pace)");
    }
}
