package dev.kilter.cli.simulate;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import java.util.Locale;

/** The result for a terminal. */
public final class ContestTable {

    private ContestTable() {}

    /** A few lines about the question, then a line for each contender. */
    public static String of(Contest contest) {
        StringBuilder text = new StringBuilder(heading(contest)).append("\n\n");
        text.append(String.format(
                "%-8s  %-16s  %10s  %8s  %10s  %10s  %13s  %7s%n",
                "SCALER", "SET TO", "VIOLATIONS", "LESSER", "P99", "COST", "REPLICAS", "CHANGES"));
        for (Contest.Run run : contest.runs()) {
            Outcome.Totals totals = run.outcome().totals();
            text.append(String.format(
                    Locale.ROOT,
                    "%-8s  %-16s  %10s  %8s  %10s  %10s  %13s  %7d%n",
                    run.contender().told(),
                    run.setting(),
                    percent(totals.violations()),
                    percent(totals.degradedShare()),
                    millis(totals),
                    cost(totals),
                    String.format(Locale.ROOT, "%.1f, most %d", run.meanReplicas(), run.mostReplicas()),
                    run.outcome().changes().size()));
        }
        return text.append(served(contest)).toString();
    }

    /** Who answered, where there are several. */
    private static String served(Contest contest) {
        if (contest.deployment().experiment().pools().size() == 1 && !contest.degrades()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%n%-12s  %-24s  %10s  %8s  %10s%n", "KILTER'S", "VARIANT", "ANSWERED", "LESSER", "COST"));
        for (Outcome.Served pool : contest.ours().outcome().pools()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-12s  %-24s  %10s  %8s  %10.3f%n",
                    pool.pool(),
                    variants(contest, pool),
                    percent(share(contest, pool)),
                    percent(pool.answered() == 0 ? 0 : (double) pool.degraded() / pool.answered()),
                    pool.cost()));
        }
        return text.toString();
    }

    /** Of all that Kilter answered. */
    static double share(Contest contest, Outcome.Served pool) {
        long all = contest.ours().outcome().totals().requests().answered();
        return all == 0 ? 0 : (double) pool.answered() / all;
    }

    /** {@code fp16, int8 in bursts}. */
    static String variants(Contest contest, Outcome.Served pool) {
        OperatingPoint point = contest.deployment().experiment().pools().stream()
                .filter(spec -> spec.name().equals(pool.pool()))
                .findFirst()
                .orElseThrow()
                .point();
        return point.variant()
                + point.lesser().map(by -> ", in bursts " + by.variant()).orElse("");
    }

    static String heading(Contest contest) {
        SimulatedDeployment deployment = contest.deployment();
        PoolSpec first = deployment.experiment().pools().getFirst();
        Outcome.Requests requests = contest.ours().outcome().totals().requests();
        return String.format(
                Locale.ROOT,
                "%s on %s, %s: %,d requests in %d min, at most %.0f/s; a replica carries %.1f/s within %d ms",
                deployment.name(),
                first.name(),
                first.point().variant(),
                requests.offered(),
                deployment.experiment().arrivals().lengthNanos() / 60_000_000_000L,
                peak(contest),
                deployment.capacity(),
                deployment.experiment().objective().toMillis());
    }

    private static double peak(Contest contest) {
        return contest.ours().outcome().windows().stream()
                .filter(window -> !window.length().isZero())
                .mapToDouble(
                        window -> window.requests().offered() / (window.length().toNanos() / 1e9))
                .max()
                .orElse(0);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f%%", 100 * share);
    }

    static String millis(Outcome.Totals totals) {
        return totals.p99Seconds().isPresent()
                ? String.format(
                        Locale.ROOT, "%.0f ms", 1000 * totals.p99Seconds().getAsDouble())
                : "-";
    }

    static String cost(Outcome.Totals totals) {
        return String.format(Locale.ROOT, "%.3f", totals.cost());
    }
}
