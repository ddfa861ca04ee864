package dev.kilter.benchmarks.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void attainmentMayDifferByTwoPoints() {
        assertThat(comparison(List.of(observed(900, 50)), List.of(observed(919, 50)))
                        .attainmentHolds())
                .isTrue();
        assertThat(comparison(List.of(observed(900, 50)), List.of(observed(922, 50)))
                        .attainmentHolds())
                .isFalse();
    }

    @Test
    void theTailMayDifferByATenthOrByOneAndAHalfTimesWhatTheReplaysDiffer() {
        assertThat(comparison(List.of(observed(900, 50)), List.of(observed(900, 54.9)))
                        .p99Holds())
                .isTrue();
        assertThat(comparison(List.of(observed(900, 50)), List.of(observed(900, 55.1)))
                        .p99Holds())
                .isFalse();
        Comparison spread = comparison(List.of(observed(900, 46), observed(900, 54)), List.of(observed(900, 61.9)));
        assertThat(spread.p99Allowed()).isCloseTo(0.012, within(1e-9));
        assertThat(spread.p99Holds()).isTrue();
    }

    @Test
    void whatWasSimulatedWithSeveralSeedsCountsByItsMean() {
        Comparison comparison = comparison(List.of(observed(900, 50)), List.of(observed(890, 40), observed(930, 60)));
        assertThat(comparison.points()).isCloseTo(0.01, within(1e-9));
        assertThat(comparison.simulatedP99()).isCloseTo(0.05, within(1e-9));
    }

    @Test
    void theWholeHoldsOnlyIfTheMeanDistanceIsHalfAPointAtMost() {
        Comparison same = comparison(List.of(observed(900, 50)), List.of(observed(900, 50)));
        Comparison above = comparison(List.of(observed(900, 50)), List.of(observed(911, 50)));
        Comparison below = comparison(List.of(observed(900, 50)), List.of(observed(889, 50)));
        assertThat(Verdict.of(List.of(same, same, above)).holds()).isTrue();
        assertThat(Verdict.of(List.of(above, below)).holds()).isFalse();
        assertThat(Verdict.of(List.of(above, below)).attainmentsOff()).isEmpty();
    }

    @Test
    void aRowTellsWhatIsOff() {
        Comparison off = comparison(List.of(observed(900, 50)), List.of(observed(800, 90)));
        assertThat(Table.row(off)).contains("90.00 / 80.00", "-10.00", "50.0 (0.0) / 90.0", "in time p99 off");
        assertThat(Table.verdict(Verdict.of(List.of(off)))).contains("in one").endsWith("NOT MET");
    }

    private static Comparison comparison(List<Observed> real, List<Observed> simulated) {
        return new Comparison("one", "toy", 1, 8, 0.1, "Poisson", 100, 0.0005, 0.0001, real, simulated);
    }

    private static Observed observed(long inTime, double p99Millis) {
        return new Observed(1000, 1000, inTime, 0, 0, 0.01, p99Millis / 1e3, 0, 0);
    }
}
