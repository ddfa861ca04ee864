package dev.kilter.cli.bench.report;

import static dev.kilter.cli.bench.Numbers.brief;
import static dev.kilter.cli.plot.Html.escape;

import dev.kilter.cli.bench.BenchResult;
import dev.kilter.cli.bench.Load;
import dev.kilter.cli.bench.RunResult;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Spread;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.plot.Chart;
import dev.kilter.cli.plot.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The result as one page that needs nothing beside itself. */
public final class HtmlReport {

    private static final double[] TAIL = {0, 50, 90, 99, 99.9, 99.99, 99.999};
    private static final double POINTS_A_DECADE = 24;
    private static final int COLOURS = 6;

    private final BenchResult result;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(BenchResult result) {
        this.result = result;
    }

    /** The whole page. */
    public static String of(BenchResult result) {
        return new HtmlReport(result).write();
    }

    private String write() {
        String title = "kilter bench: " + result.plan().model();
        page.append(Html.begin(title))
                .append(sub(result.plan().protocol() + " · " + result.plan().describe()))
                .append(sub(result.machine()));
        result.plan().objective().ifPresent(this::verdicts);
        table();
        page.append("<h2>Latency and rate</h2><div class='plots'>");
        boolean ran =
                result.outcomes().stream().anyMatch(outcome -> !outcome.runs().isEmpty());
        if (ran) {
            page.append(percentiles().svg())
                    .append(latencyOverTime().svg())
                    .append(rateOverTime().svg());
        }
        result.outcomes()
                .forEach(outcome -> outcome.searches()
                        .forEach(search -> page.append(
                                steps(outcome.target().name(), search).svg())));
        page.append("</div>");
        searches();
        generator();
        return page.append(Html.END).toString();
    }

    private static String sub(String text) {
        return "<p class='sub'>" + escape(text) + "</p>";
    }

    private void verdicts(Objective objective) {
        for (BenchResult.Outcome outcome : result.outcomes()) {
            String name = outcome.target().name() + ": ";
            for (BenchResult.Search search : outcome.searches()) {
                String style = search.bracket().holds().isPresent() ? "proven" : "refuted";
                verdict(style, name + objective + ": " + TextReport.bracket(search.bracket()));
            }
            if (outcome.searches().isEmpty()) {
                RunResult worst = outcome.runs().stream()
                        .filter(run -> run.verdict().equals(result.verdict()))
                        .findFirst()
                        .orElse(outcome.runs().getFirst());
                verdict(style(worst.verdict().orElseThrow()), name + TextReport.verdict(objective, worst));
            }
        }
    }

    private void verdict(String style, String text) {
        page.append("<div><p class='verdict " + style + "'>" + escape(text) + "</p></div>");
    }

    private static String style(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private void table() {
        boolean several = result.outcomes().size() > 1;
        page.append("<h2>Figures"
                + (result.plan().rounds() > 1
                        ? ", median of " + result.plan().rounds() + " interleaved rounds (least to most)"
                        : "")
                + "</h2><div class='scroll'><table><tr><th>target</th>");
        List<BenchResult.Figure> figures = result.figures();
        figures.forEach(figure -> page.append("<th>" + figure.label() + ", " + figure.unit() + "</th>"));
        page.append("<th>refused</th><th>failed</th><th>timed out</th><th>not sent</th></tr>");
        for (BenchResult.Outcome outcome : result.outcomes()) {
            if (outcome.runs().isEmpty()) {
                continue;
            }
            page.append("<tr><td>" + escape(outcome.target().name()) + "</td>");
            for (BenchResult.Figure figure : figures) {
                Spread spread = outcome.spread(figure);
                String range = result.plan().rounds() > 1
                        ? " (" + brief(spread.least()) + " to " + brief(spread.most()) + ")"
                        : "";
                page.append("<td>" + brief(spread.median()) + range + "</td>");
            }
            page.append(count(outcome, run -> run.counts().refused()))
                    .append(count(outcome, run -> run.counts().failed()))
                    .append(count(outcome, run -> run.counts().timedOut()))
                    .append(count(outcome, run -> run.counts().notSent()))
                    .append("</tr>");
            if (several && !result.isFirst(outcome)) {
                page.append("<tr><td>against "
                        + escape(result.outcomes().getFirst().target().name()) + ", 95% interval</td>");
                figures.forEach(
                        figure -> page.append("<td>" + TextReport.ratio(result.ratio(figure, outcome)) + "</td>"));
                page.append("<td></td><td></td><td></td><td></td></tr>");
            }
        }
        page.append("</table></div>");
    }

    private static String count(BenchResult.Outcome outcome, ToDoubleFunction<RunResult> counted) {
        return String.format(
                Locale.ROOT,
                "<td>%,.0f</td>",
                outcome.runs().stream().mapToDouble(counted).sum());
    }

    private OptionalDouble sloMillis() {
        return result.plan()
                .objective()
                .map(objective -> OptionalDouble.of(objective.latency().toNanos() / 1e6))
                .orElse(OptionalDouble.empty());
    }

    private String sloLabel() {
        return result.plan().objective().map(Objective::toString).orElse("");
    }

    private String colour(int target) {
        return "c" + target % COLOURS;
    }

    /** Percentiles by the nines of their tail, all rounds of a target together. */
    private Chart percentiles() {
        List<Chart.Series> series = new ArrayList<>();
        double most = 0;
        for (int i = 0; i < result.outcomes().size(); i++) {
            BenchResult.Outcome outcome = result.outcomes().get(i);
            if (outcome.runs().isEmpty()) {
                continue;
            }
            Histogram all = outcome.runs().getFirst().latencies().copy();
            outcome.runs().stream().skip(1).forEach(run -> all.add(run.latencies()));
            List<Chart.Point> points = new ArrayList<>();
            // Beyond one request in so many there is nothing to see.
            double deepest = Math.min(5, Math.log10(Math.max(10.0, (double) all.getTotalCount())));
            for (double nines = 0; nines <= deepest; nines += 1 / POINTS_A_DECADE) {
                double percentile = 100 * (1 - Math.pow(10, -nines));
                points.add(new Chart.Point(nines, all.getValueAtPercentile(percentile) / 1e3));
            }
            most = Math.max(
                    most,
                    points.getLast().y()
                            / Math.max(1e-3, points.get(points.size() / 4).y()));
            series.add(new Chart.Series(outcome.target().name(), colour(i), points));
        }
        List<Chart.Tick> ticks = new ArrayList<>();
        for (double percentile : TAIL) {
            String label = percentile == Math.rint(percentile) ? "p" + (int) percentile : "p" + percentile;
            ticks.add(new Chart.Tick(-Math.log10(1 - percentile / 100), label));
        }
        return new Chart("Latency by percentile, ms", ticks, "percentile", series, sloMillis(), sloLabel(), most > 20);
    }

    private Chart latencyOverTime() {
        List<Chart.Series> series = new ArrayList<>();
        for (int i = 0; i < result.outcomes().size(); i++) {
            BenchResult.Outcome outcome = result.outcomes().get(i);
            if (!outcome.runs().isEmpty()) {
                RunResult run = outcome.runs().getFirst();
                series.add(over(run, outcome.target().name() + " p99", colour(i), RunResult.Point::p99Millis));
                series.add(over(run, "p50", colour(i) + " thin", RunResult.Point::p50Millis));
            }
        }
        return new Chart(
                "Latency over time, ms" + firstRound(), timeAxis(), "seconds", series, sloMillis(), sloLabel(), false);
    }

    private Chart rateOverTime() {
        List<Chart.Series> series = new ArrayList<>();
        for (int i = 0; i < result.outcomes().size(); i++) {
            BenchResult.Outcome outcome = result.outcomes().get(i);
            if (!outcome.runs().isEmpty()) {
                RunResult run = outcome.runs().getFirst();
                series.add(over(run, "offered", colour(i) + " thin", RunResult.Point::offeredPerSecond));
                series.add(over(
                        run, outcome.target().name() + " answered", colour(i), RunResult.Point::answeredPerSecond));
                if (run.series().stream().anyMatch(point -> point.badPerSecond() > 0)) {
                    series.add(over(run, "refused or failed", "bad", RunResult.Point::badPerSecond));
                }
            }
        }
        return new Chart(
                "Requests a second over time" + firstRound(),
                timeAxis(),
                "seconds",
                series,
                OptionalDouble.empty(),
                "",
                false);
    }

    private String firstRound() {
        return result.plan().rounds() > 1 ? ", first round" : "";
    }

    private static Chart.Series over(
            RunResult run, String name, String style, ToDoubleFunction<RunResult.Point> value) {
        return new Chart.Series(
                name,
                style,
                run.series().stream()
                        .map(point -> new Chart.Point(point.seconds(), value.applyAsDouble(point)))
                        .toList());
    }

    private List<Chart.Tick> timeAxis() {
        double longest = result.outcomes().stream()
                .flatMap(outcome -> outcome.runs().stream().limit(1))
                .flatMap(run -> run.series().stream())
                .mapToDouble(RunResult.Point::seconds)
                .max()
                .orElse(1);
        return Chart.even(longest);
    }

    private static Chart steps(String target, BenchResult.Search search) {
        List<Chart.Series> series = new ArrayList<>();
        List<Chart.Point> path = new ArrayList<>();
        for (int i = 0; i < search.steps().size(); i++) {
            path.add(new Chart.Point(i + 1, search.steps().get(i).perSecond()));
        }
        series.add(new Chart.Series("order", "c5 thin", path));
        series.add(of(search, "holds", "good dots", Verdict.PROVEN));
        series.add(of(search, "does not hold", "bad dots", Verdict.REFUTED));
        series.add(of(search, "undecided", "open dots", Verdict.UNDECIDED));
        List<Chart.Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= search.steps().size() + 1; i++) {
            ticks.add(new Chart.Tick(i, i == 0 || i > search.steps().size() ? "" : Integer.toString(i)));
        }
        return new Chart(
                target + ": rates tried, requests a second",
                ticks,
                "step",
                series,
                search.bracket().holds(),
                "highest that holds",
                false);
    }

    private static Chart.Series of(BenchResult.Search search, String name, String style, Verdict verdict) {
        List<Chart.Point> points = new ArrayList<>();
        for (int i = 0; i < search.steps().size(); i++) {
            RateSearch.Step step = search.steps().get(i);
            if (step.verdict() == verdict) {
                points.add(new Chart.Point(i + 1, step.perSecond()));
            }
        }
        return new Chart.Series(name, style, points);
    }

    private void searches() {
        for (BenchResult.Outcome outcome : result.outcomes()) {
            for (BenchResult.Search search : outcome.searches()) {
                page.append("<h2>" + escape(outcome.target().name())
                        + ": steps</h2><div class='scroll'><table><tr><th>step</th><th>rate, /s</th>"
                        + "<th>requests</th><th>broke it</th><th>share</th><th>verdict</th></tr>");
                int number = 1;
                for (RateSearch.Step step : search.steps()) {
                    page.append(String.format(
                            Locale.ROOT,
                            "<tr><td>%d</td><td>%s</td><td>%,d</td><td>%,d</td><td>%.2f%%</td>"
                                    + "<td class='%s'>%s</td></tr>",
                            number++,
                            brief(step.perSecond()),
                            step.requests(),
                            step.breaches(),
                            step.requests() == 0 ? 0 : 100.0 * step.breaches() / step.requests(),
                            style(step.verdict()),
                            style(step.verdict())));
                }
                page.append("</table></div>");
            }
        }
    }

    private void generator() {
        BenchResult.SelfTest selfTest = result.selfTest();
        page.append("<h2>The generator had room</h2><p class='note'>Self-test against a server that does nothing: "
                + brief(selfTest.reachedPerSecond()) + "/s, p99 " + brief(selfTest.p99Millis()) + " ms; "
                + TextReport.headroom(selfTest.headroom()) + ".</p>");
        result.outcomes()
                .forEach(outcome -> outcome.runs().stream()
                        .limit(1)
                        .forEach(run -> page.append(
                                "<p class='note'>" + escape(outcome.target().name()) + ": "
                                        + TextReport.headroom(run.headroom()) + ".</p>")));
        page.append("<p class='note'>"
                + (result.plan().load() instanceof Load.Closed
                                && result.plan().findMax().isEmpty()
                        ? "Closed loop: clients wait for each answer, so these latencies leave out what others would"
                                + " have felt meanwhile."
                        : "Latency counts from the time a request was scheduled, so a stall shows in every request that"
                                + " was due meanwhile.")
                + "</p>");
    }
}
