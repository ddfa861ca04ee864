package dev.kilter.cli.bench;

import dev.kilter.cli.bench.evidence.Headroom;
import dev.kilter.cli.bench.evidence.PairedRatio;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Spread;
import dev.kilter.cli.bench.evidence.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a bench found.
 *
 * @param selfTest against a server that does nothing
 * @param outcomes one a target, in the plan's order
 */
public record BenchResult(BenchPlan plan, String machine, SelfTest selfTest, List<Outcome> outcomes) {

    /**
     * The generator alone.
     *
     * @param askedPerSecond 0: as fast as it can
     */
    public record SelfTest(double askedPerSecond, double reachedPerSecond, double p99Millis, Headroom headroom) {}

    /**
     * One target.
     *
     * @param runs one a round; of a search, each round's last run at the rate it found
     * @param searches one a round; empty: no search
     */
    public record Outcome(BenchPlan.Target target, List<RunResult> runs, List<Search> searches) {

        /** What a figure was over the rounds. */
        public Spread spread(Figure figure) {
            return Spread.of(figure.of(this));
        }
    }

    /** One search. */
    public record Search(List<RateSearch.Step> steps, RateSearch.Bracket bracket) {}

    /** Figures that targets are compared by. */
    public enum Figure {
        MAX_RATE("highest rate", "/s"),
        THROUGHPUT("answers", "/s"),
        P50("p50", "ms"),
        P90("p90", "ms"),
        P99("p99", "ms");

        private final String label;
        private final String unit;

        Figure(String label, String unit) {
            this.label = label;
            this.unit = unit;
        }

        public String label() {
            return label;
        }

        public String unit() {
            return unit;
        }

        List<Double> of(Outcome outcome) {
            return switch (this) {
                case MAX_RATE ->
                    outcome.searches().stream()
                            .map(search -> search.bracket().holds().orElse(0))
                            .toList();
                case THROUGHPUT ->
                    outcome.runs().stream().map(RunResult::throughput).toList();
                case P50 -> outcome.runs().stream().map(run -> run.millisAt(50)).toList();
                case P90 -> outcome.runs().stream().map(run -> run.millisAt(90)).toList();
                case P99 -> outcome.runs().stream().map(run -> run.millisAt(99)).toList();
            };
        }
    }

    /** Whether others are compared with it. */
    public boolean isFirst(Outcome outcome) {
        return outcome.equals(outcomes.getFirst());
    }

    /** The figures that this bench has. */
    public List<Figure> figures() {
        return Stream.of(Figure.values())
                .filter(figure -> (figure == Figure.MAX_RATE) == plan.findMax().isPresent())
                .toList();
    }

    /** The first target against another, round by round. */
    public PairedRatio ratio(Figure figure, Outcome other) {
        return PairedRatio.of(figure.of(other), figure.of(outcomes.getFirst()), 0.95);
    }

    /** All of the verdicts taken together: refuted if one is. Empty: no objective, or a search. */
    public Optional<Verdict> verdict() {
        if (plan.findMax().isPresent()) {
            return Optional.empty();
        }
        Stream<Verdict> all =
                outcomes.stream().flatMap(outcome -> outcome.runs().stream()).flatMap(run -> run.verdict().stream());
        return all.reduce((a, b) -> a == Verdict.REFUTED || b == Verdict.REFUTED
                ? Verdict.REFUTED
                : a == Verdict.PROVEN && b == Verdict.PROVEN ? Verdict.PROVEN : Verdict.UNDECIDED);
    }
}
