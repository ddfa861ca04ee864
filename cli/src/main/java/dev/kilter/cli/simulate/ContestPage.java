package dev.kilter.cli.simulate;

import static dev.kilter.cli.plot.Html.escape;

import dev.kilter.cli.plot.Chart;
import dev.kilter.cli.plot.Html;
import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.simulation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The result as one page: load, replicas, tail, violations and cost over time, and what Kilter decided and why. */
public final class ContestPage {

    /** More would not be read. */
    private static final int DECISIONS = 500;

    private final Contest contest;
    private final StringBuilder page = new StringBuilder();

    private ContestPage(Contest contest) {
        this.contest = contest;
    }

    /** The whole page. */
    public static String of(Contest contest) {
        return new ContestPage(contest).write();
    }

    private String write() {
        String title = "kilter simulate: " + contest.deployment().name();
        page.append(Html.begin(title))
                .append("<p class='sub'>" + escape(ContestTable.heading(contest)) + "</p>")
                .append(
                        "<p class='sub'>Violations: requests that were not answered within the objective, refused ones"
                                + " among them. Lesser: answered by a lesser variant, which only Kilter has, as it alone has"
                                + " other classes to go to. A simulation: what it leaves out stands in docs/simulation.md.</p>");
        table();
        served();
        page.append("<h2>Over time</h2><div class='plots'>")
                .append(load().svg())
                .append(each("Replicas that serve", ContestPage::ready, OptionalDouble.empty())
                        .svg())
                .append(each("p99, ms", ContestPage::p99Millis, OptionalDouble.of(objectiveMillis()))
                        .svg())
                .append(sums(
                                "Violations so far, requests",
                                window -> window.requests().answered()
                                        + window.requests().refused()
                                        + window.requests().failed()
                                        - window.requests().inTime())
                        .svg())
                .append(sums("Cost so far", Outcome.Window::cost).svg())
                .append(contest.degrades() ? lesser().svg() : "")
                .append(
                        contest.deployment().experiment().pools().size() > 1
                                ? classes().svg()
                                : "")
                .append("</div>");
        decisions();
        return page.append(Html.END).toString();
    }

    private void table() {
        page.append("<h2>Totals</h2><div class='scroll'><table><tr><th>scaler</th><th>set to</th><th>violations</th>"
                + "<th>lesser</th><th>p99</th><th>cost</th><th>mean replicas</th><th>most</th><th>changes</th></tr>");
        for (Contest.Run run : contest.runs()) {
            Outcome.Totals totals = run.outcome().totals();
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%.1f</td><td>%d</td><td>%d</td></tr>",
                    run.contender().told(),
                    escape(run.setting()),
                    ContestTable.percent(totals.violations()),
                    ContestTable.percent(totals.degradedShare()),
                    ContestTable.millis(totals),
                    ContestTable.cost(totals),
                    run.meanReplicas(),
                    run.mostReplicas(),
                    run.outcome().changes().size()));
        }
        page.append("</table></div>");
    }

    private void served() {
        page.append("<h2>Who answered for Kilter</h2><div class='scroll'><table><tr><th>class</th><th>variant</th>"
                + "<th>answered</th><th>of these lesser</th><th>cost</th></tr>");
        for (Outcome.Served pool : contest.ours().outcome().pools()) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%.3f</td></tr>",
                    escape(pool.pool()),
                    escape(ContestTable.variants(contest, pool)),
                    ContestTable.percent(ContestTable.share(contest, pool)),
                    pool.degraded(),
                    pool.cost()));
        }
        page.append("</table></div>");
    }

    private Chart lesser() {
        List<Chart.Point> share = points(
                contest.ours(),
                window -> OptionalDouble.of(100.0
                        * window.degraded()
                        / Math.max(1, window.requests().answered())));
        double most = contest.deployment().experiment().pools().stream()
                .flatMap(pool -> pool.point().lesser().stream())
                .mapToDouble(OperatingPoint.Lesser::maxShare)
                .max()
                .orElse(0);
        return chart(
                "Kilter's answers by a lesser variant, %",
                List.of(new Chart.Series("of each moment", "c0", share)),
                OptionalDouble.of(100 * most),
                "of half an hour at most");
    }

    private Chart classes() {
        List<Chart.Series> series = new ArrayList<>();
        List<Outcome.Served> pools = contest.ours().outcome().pools();
        for (int i = 0; i < pools.size(); i++) {
            int pool = i;
            series.add(new Chart.Series(
                    pools.get(i).pool(),
                    "c" + Math.min(i, 5),
                    points(
                            contest.ours(),
                            window -> OptionalDouble.of(window.pools().get(pool).ready()))));
        }
        return chart("Kilter's replicas that serve, by class", series, OptionalDouble.empty(), "");
    }

    private Chart load() {
        List<Chart.Point> offered = points(
                contest.ours(),
                window -> OptionalDouble.of(
                        window.requests().offered() / (window.length().toNanos() / 1e9)));
        return chart(
                "Load, requests a second",
                List.of(new Chart.Series("offered", "c5", offered)),
                OptionalDouble.empty(),
                "");
    }

    private Chart each(String title, Value value, OptionalDouble limit) {
        List<Chart.Series> series = new ArrayList<>();
        for (Contest.Run run : contest.runs()) {
            series.add(new Chart.Series(run.contender().told(), style(run), points(run, value)));
        }
        return chart(title, series, limit, limit.isPresent() ? "objective" : "");
    }

    private Chart sums(String title, ToDoubleFunction<Outcome.Window> value) {
        List<Chart.Series> series = new ArrayList<>();
        for (Contest.Run run : contest.runs()) {
            double[] sum = {0};
            series.add(new Chart.Series(
                    run.contender().told(),
                    style(run),
                    points(run, window -> OptionalDouble.of(sum[0] += value.applyAsDouble(window)))));
        }
        return chart(title, series, OptionalDouble.empty(), "");
    }

    /** Of one window; empty where there is none. */
    @FunctionalInterface
    private interface Value {
        OptionalDouble of(Outcome.Window window);
    }

    private static OptionalDouble ready(Outcome.Window window) {
        return OptionalDouble.of(
                window.pools().stream().mapToInt(Outcome.PoolState::ready).sum());
    }

    private static OptionalDouble p99Millis(Outcome.Window window) {
        return window.p99Seconds().isPresent()
                ? OptionalDouble.of(1000 * window.p99Seconds().getAsDouble())
                : OptionalDouble.empty();
    }

    private static List<Chart.Point> points(Contest.Run run, Value value) {
        List<Chart.Point> points = new ArrayList<>();
        for (Outcome.Window window : run.outcome().windows()) {
            if (window.length().isZero()) {
                continue;
            }
            double minutes = window.start().plus(window.length()).toMillis() / 60e3;
            value.of(window).ifPresent(at -> points.add(new Chart.Point(minutes, at)));
        }
        return points;
    }

    private Chart chart(String title, List<Chart.Series> series, OptionalDouble limit, String label) {
        double minutes =
                Duration.ofNanos(contest.deployment().experiment().arrivals().lengthNanos())
                                .toMillis()
                        / 60e3;
        return new Chart(title, Chart.even(minutes), "minutes", series, limit, label, false);
    }

    private static String style(Contest.Run run) {
        return switch (run.contender()) {
            case KILTER -> "c0";
            case HPA -> "c1 thin";
            case KPA -> "c2 thin";
            case KEDA -> "c3 thin";
        };
    }

    private double objectiveMillis() {
        return contest.deployment().experiment().objective().toNanos() / 1e6;
    }

    private void decisions() {
        List<Outcome.Change> changes = contest.ours().outcome().changes();
        page.append(
                "<h2>What Kilter decided</h2><div class='scroll'><table><tr><th>after</th><th>class</th><th>replicas</th>"
                        + "<th>because</th></tr>");
        changes.stream()
                .limit(DECISIONS)
                .forEach(change -> page.append(String.format(
                        Locale.ROOT,
                        "<tr><td>%d:%02d:%02d</td><td>%s</td><td>%d to %d</td><td>%s</td></tr>",
                        change.at().toHours(),
                        change.at().toMinutesPart(),
                        change.at().toSecondsPart(),
                        escape(change.pool()),
                        change.from(),
                        change.to(),
                        escape(change.reason()))));
        page.append("</table></div>");
        if (changes.size() > DECISIONS) {
            page.append("<p class='note'>and " + (changes.size() - DECISIONS) + " more.</p>");
        }
    }
}
