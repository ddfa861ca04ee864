package dev.kilter.cli.bench.report;

import static dev.kilter.cli.bench.Numbers.brief;

import dev.kilter.cli.bench.BenchResult;
import dev.kilter.cli.bench.Load;
import dev.kilter.cli.bench.RunResult;
import dev.kilter.cli.bench.evidence.EarlyStop;
import dev.kilter.cli.bench.evidence.Headroom;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.bench.evidence.PairedRatio;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Spread;
import dev.kilter.cli.load.LoadSample;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result in lines. */
public final class TextReport {

    private TextReport() {}

    /** Line by line, at most about 110 characters each. */
    public static List<String> of(BenchResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("model      " + result.plan().model() + ", " + result.plan().protocol());
        lines.add("load       " + result.plan().describe());
        lines.add("machine    " + result.machine());
        boolean compared = result.outcomes().size() > 1 || result.plan().rounds() > 1;
        for (BenchResult.Outcome outcome : result.outcomes()) {
            lines.add("");
            lines.add(outcome.target().name() + "  " + outcome.target().url());
            outcome.searches().forEach(search -> lines.addAll(search(search)));
            if (!compared && !outcome.runs().isEmpty()) {
                lines.addAll(run(result, outcome.runs().getFirst()));
            }
        }
        if (compared) {
            lines.add("");
            lines.addAll(comparison(result));
        }
        return lines;
    }

    private static List<String> run(BenchResult result, RunResult run) {
        LoadSample counts = run.counts();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "requests   %,d in %.1f s: %,d answered, %,d refused, %,d failed, %,d timed out, %,d not sent",
                counts.scheduled(),
                run.seconds(),
                counts.answered(),
                counts.refused(),
                counts.failed(),
                counts.timedOut(),
                counts.notSent()));
        lines.add("rate       " + brief(run.offered()) + "/s offered, " + brief(run.throughput()) + "/s answered");
        lines.add("latency    " + "p50 " + brief(run.millisAt(50)) + "  p90 " + brief(run.millisAt(90)) + "  p99 "
                + brief(run.millisAt(99)) + "  p99.9 " + brief(run.millisAt(99.9)) + "  max " + brief(run.millisAt(100))
                + " ms, from the " + (run.load() instanceof Load.Closed ? "time of sending" : "scheduled time"));
        result.plan().objective().ifPresent(objective -> lines.add("objective  " + verdict(objective, run)));
        lines.add("generator  " + headroom(run.headroom()));
        return lines;
    }

    /** The verdict and what it rests on, a sentence. */
    static String verdict(Objective objective, RunResult run) {
        long requests = run.settled().requests();
        double kept = requests == 0 ? 0 : 100.0 * (requests - run.settled().violations()) / requests;
        String counted = String.format(
                Locale.ROOT,
                "%,d of %,d requests broke it, %.3f%% kept it",
                run.settled().violations(),
                requests,
                kept);
        String confidence = BigDecimal.valueOf(objective.confidence())
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString()
                + "% confidence";
        return switch (run.verdict().orElseThrow()) {
            case PROVEN -> objective + " holds, proven at " + confidence + ": " + counted;
            case REFUTED -> objective + " does not hold, refuted at " + confidence + ": " + counted;
            case UNDECIDED ->
                objective + " is undecided at " + confidence + ": " + counted
                        + (requests < EarlyStop.fewestForProof(objective)
                                ? "; a proof takes at least " + EarlyStop.fewestForProof(objective) + " requests"
                                : "; run longer");
        };
    }

    static String headroom(Headroom headroom) {
        return String.format(
                Locale.ROOT,
                "sent late by p50 %.3f, p99 %.3f, at worst %.1f ms; %.0f%% of a core; %.0f ms in garbage collections",
                headroom.lateP50Millis(),
                headroom.lateP99Millis(),
                headroom.lateMaxMillis(),
                headroom.cpuShare() * 100,
                headroom.gcMillis());
    }

    private static List<String> search(BenchResult.Search search) {
        List<String> lines = new ArrayList<>();
        for (RateSearch.Step step : search.steps()) {
            lines.add(step(step));
        }
        lines.add("highest    " + bracket(search.bracket()));
        return lines;
    }

    /** One step of a search. */
    public static String step(RateSearch.Step step) {
        return String.format(
                Locale.ROOT,
                "  %9s/s  %-9s  %,9d requests, %,7d broke it (%.2f%%)",
                brief(step.perSecond()),
                step.verdict().name().toLowerCase(Locale.ROOT),
                step.requests(),
                step.breaches(),
                step.requests() == 0 ? 0 : 100.0 * step.breaches() / step.requests());
    }

    static String bracket(RateSearch.Bracket bracket) {
        if (bracket.holds().isEmpty()) {
            return "none found: the lowest rate tried fails";
        }
        return brief(bracket.holds().getAsDouble()) + "/s holds, "
                + (bracket.fails().isPresent()
                        ? brief(bracket.fails().getAsDouble()) + "/s does not"
                        : "and no rate that was tried fails");
    }

    private static List<String> comparison(BenchResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(result.plan().rounds() + " rounds, interleaved: median (least to most)");
        lines.add(String.format(
                Locale.ROOT,
                "%-14s %-13s %30s   %s",
                "",
                "",
                "",
                result.outcomes().size() > 1
                        ? "against " + result.outcomes().getFirst().target().name() + ", 95% interval"
                        : ""));
        for (BenchResult.Outcome outcome : result.outcomes()) {
            for (BenchResult.Figure figure : result.figures()) {
                Spread spread = outcome.spread(figure);
                lines.add(String.format(
                                Locale.ROOT,
                                "%-14s %-13s %30s   %s",
                                outcome.target().name(),
                                figure.label(),
                                brief(spread.median()) + " " + figure.unit() + " (" + brief(spread.least()) + " to "
                                        + brief(spread.most()) + ")",
                                result.isFirst(outcome) ? "" : ratio(result.ratio(figure, outcome)))
                        .stripTrailing());
            }
        }
        return lines;
    }

    static String ratio(PairedRatio ratio) {
        return Double.isNaN(ratio.ratio())
                ? "-"
                : String.format(Locale.ROOT, "x %.3f (%.3f to %.3f)", ratio.ratio(), ratio.low(), ratio.high());
    }
}
