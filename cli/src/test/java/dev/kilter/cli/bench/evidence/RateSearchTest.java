package dev.kilter.cli.bench.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {

    private static final Objective P99 = new Objective(99, Duration.ofMillis(50), 0.99);

    @ParameterizedTest
    @ValueSource(doubles = {3, 140, 200, 777, 12_345})
    void findsTheHighestRateFromBelowAndFromAbove(double highest) {
        RateSearch search = play(200, rate -> step(rate, rate <= highest));

        assertThat(search.bracket().holds().orElseThrow()).isBetween(highest / 1.03, highest);
        assertThat(search.bracket().fails().orElseThrow()).isBetween(highest, highest * 1.03);
        assertThat(search.steps()).hasSizeLessThan(20);
    }

    @Test
    void theAnswersOwnRateIsTriedTwice() {
        RateSearch search = play(100, rate -> step(rate, rate <= 130));
        double holds = search.bracket().holds().orElseThrow();

        assertThat(search.steps().stream().filter(step -> step.perSecond() == holds))
                .hasSize(2);
    }

    @Test
    void anUnluckyFailureBelowARateThatHoldsIsPooledAway() {
        RateSearch search = new RateSearch(P99, 100, 0.03, 24);
        search.add(new RateSearch.Step(100, 1000, 12, Verdict.UNDECIDED));
        search.add(new RateSearch.Step(200, 20_000, 20, Verdict.PROVEN));
        search.add(new RateSearch.Step(400, 100, 100, Verdict.REFUTED));

        assertThat(search.bracket()).isEqualTo(new RateSearch.Bracket(OptionalDouble.of(200), OptionalDouble.of(400)));
    }

    @Test
    void aLuckyRunThatIsNotConfirmedSendsTheSearchDown() {
        boolean[] lucky = {true};
        RateSearch search = play(160, rate -> {
            boolean luck = lucky[0] && rate == 160;
            lucky[0] &= !luck;
            return step(rate, luck || rate <= 100);
        });

        assertThat(search.bracket().holds().orElseThrow()).isBetween(97.0, 100.0);
    }

    @Test
    void whatNeverHoldsEndsWithoutAnAnswer() {
        RateSearch search = play(1, rate -> step(rate, false));

        assertThat(search.bracket().holds()).isEmpty();
        assertThat(search.next()).isEmpty();
    }

    @Test
    void undecidedIsNotHeld() {
        RateSearch search = play(
                100,
                rate -> new RateSearch.Step(
                        rate, 500, rate > 120 ? 5 : 0, rate > 120 ? Verdict.UNDECIDED : Verdict.PROVEN));

        assertThat(search.bracket().holds().orElseThrow()).isBetween(116.0, 120.0);
    }

    @Test
    void ratiosOfRoundsCancelWhatSlowedBoth() {
        PairedRatio ratio =
                PairedRatio.of(List.of(200.0, 100.0, 404.0, 150.0), List.of(100.0, 50.0, 200.0, 75.5), 0.95);

        assertThat(ratio.ratio()).isBetween(1.99, 2.01);
        assertThat(ratio.low()).isBetween(1.96, 2.0);
        assertThat(ratio.high()).isBetween(2.0, 2.04);
    }

    @Test
    void studentsTAgreesWithItsTable() {
        assertThat(List.of(4, 6, 30)).allSatisfy(degrees -> {
            double table = degrees == 4 ? 2.776445 : degrees == 6 ? 2.446912 : 2.042272;
            assertThat(Distributions.studentT(0.025, degrees)).isBetween(table - 1e-5, table + 1e-5);
        });
    }

    @Test
    void aGeneratorWithoutRoomSaysWhatWasLackingAndWhatToDo() {
        assertThat(new Headroom(0.01, 0.2, 40, 0.5, 10, 10).shortcomings(50)).isEmpty();
        assertThat(new Headroom(0.1, 7, 90, 0.99, 900, 10).shortcomings(50))
                .hasSize(3)
                .anyMatch(text -> text.contains("7.0 ms late (allowed: 5.0 ms)"));
        // Without an objective, a millisecond.
        assertThat(new Headroom(0.1, 1.5, 90, 0.2, 0, 10).shortcomings(0)).hasSize(1);
    }

    private static RateSearch play(double first, DoubleFunction<RateSearch.Step> server) {
        RateSearch search = new RateSearch(P99, first, 0.03, 24);
        for (OptionalDouble rate = search.next(); rate.isPresent(); rate = search.next()) {
            search.add(server.apply(rate.getAsDouble()));
        }
        return search;
    }

    private static RateSearch.Step step(double rate, boolean holds) {
        return new RateSearch.Step(rate, 1000, holds ? 0 : 500, holds ? Verdict.PROVEN : Verdict.REFUTED);
    }
}
