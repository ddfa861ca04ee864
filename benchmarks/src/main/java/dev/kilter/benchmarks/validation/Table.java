package dev.kilter.benchmarks.validation;

import java.util.List;
import java.util.Locale;

/** Comparisons as a table in Markdown. */
final class Table {
    static final String HEADING = """
            | Configuration | Load | /s | SLO, ms | In time, %: real / sim | off, points | p99, ms: real (spread) / sim | off (allowed), ms | Refused, %: real / sim | |
            |---|---|--:|--:|--:|--:|--:|--:|--:|---|""";

    private Table() {}

    static String row(Comparison c) {
        return String.format(
                Locale.ROOT,
                "| %s: %s, batch %d, %d × | %s | %.0f | %.0f | %.2f / %.2f | %+.2f | %.1f (%.1f) / %.1f | %+.1f (%.1f) | %.1f / %.1f | %s |",
                c.name(),
                c.model(),
                c.maxBatchSize(),
                c.replicas(),
                c.load(),
                c.perSecond(),
                c.objectiveSeconds() * 1e3,
                Comparison.mean(c.real(), Observed::attainment) * 100,
                Comparison.mean(c.simulated(), Observed::attainment) * 100,
                c.points() * 100,
                c.realP99() * 1e3,
                c.p99Spread() * 1e3,
                c.simulatedP99() * 1e3,
                (c.simulatedP99() - c.realP99()) * 1e3,
                c.p99Allowed() * 1e3,
                refused(c.real()),
                refused(c.simulated()),
                verdict(c));
    }

    private static double refused(List<Observed> of) {
        return Comparison.mean(of, o -> (double) o.refused() / Math.max(1, o.offered())) * 100;
    }

    private static String verdict(Comparison c) {
        String off = (c.attainmentHolds() ? "" : "in time ") + (c.p99Holds() ? "" : "p99 ");
        String told = off.isEmpty() ? "ok" : off.strip() + " off";
        long broken = c.real().stream().mapToLong(Observed::broken).sum();
        return told
                + (broken == 0 ? "" : ", " + broken + " broken")
                + (c.real().stream().noneMatch(Observed::behind) ? "" : ", generator late")
                + (c.real().stream().noneMatch(Observed::disturbed) ? "" : ", machine not quiet");
    }

    static String verdict(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                "%d configurations: in time off by %.2f points in the mean (at most %.1f), %.2f at most (%.0f)%s; p99 off in %s: %s",
                verdict.configurations(),
                verdict.meanPoints() * 100,
                Comparison.MEAN_POINTS * 100,
                verdict.mostPoints() * 100,
                Comparison.MOST_POINTS * 100,
                names(verdict.attainmentsOff()),
                verdict.p99sOff().isEmpty() ? "none" : String.join(", ", verdict.p99sOff()),
                verdict.holds() ? "the simulator holds" : "NOT MET");
    }

    private static String names(List<String> off) {
        return off.isEmpty() ? "" : " in " + String.join(", ", off);
    }
}
