package dev.kilter.cli.simulate;

import dev.kilter.planner.simulation.Outcome;
import java.util.Locale;

/** The result for a terminal. */
public final class ContestTable {

    private ContestTable() {}

    /** A few lines about the question, then a line for each contender. */
    public static String of(Contest contest) {
        StringBuilder text = new StringBuilder(heading(contest)).append("\n\n");
        text.append(String.format(
                "%-8s  %-16s  %10s  %10s  %10s  %13s  %7s%n",
                "SCALER", "SET TO", "VIOLATIONS", "P99", "COST", "REPLICAS", "CHANGES"));
        for (Contest.Run run : contest.runs()) {
            Outcome.Totals totals = run.outcome().totals();
            text.append(String.format(
                    Locale.ROOT,
                    "%-8s  %-16s  %10s  %10s  %10s  %13s  %7d%n",
                    run.contender().told(),
                    run.setting(),
                    percent(totals.violations()),
                    millis(totals),
                    cost(totals),
                    String.format(Locale.ROOT, "%.1f, most %d", run.meanReplicas(), run.mostReplicas()),
                    run.outcome().changes().size()));
        }
        return text.toString();
    }

    static String heading(Contest contest) {
        SimulatedDeployment deployment = contest.deployment();
        Outcome.Requests requests = contest.ours().outcome().totals().requests();
        return String.format(
                Locale.ROOT,
                "%s on %s, %s: %,d requests in %d min, at most %.0f/s; a replica carries %.1f/s within %d ms",
                deployment.name(),
                deployment.pool().acceleratorClass(),
                deployment.pool().operatingPoint().variant(),
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
