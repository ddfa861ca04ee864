package dev.kilter.cli;

import dev.kilter.cli.bench.Load;
import dev.kilter.cli.bench.Numbers;
import dev.kilter.cli.bench.Progress;
import dev.kilter.cli.bench.RunResult;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.report.TextReport;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows how a bench goes on: one line that is drawn over where there is a terminal, a line every few seconds elsewhere.
 */
final class BenchProgress implements Progress {

    private static final double LINE_EVERY_SECONDS = 5;

    private final PrintWriter out;
    private final boolean terminal;
    private double next;

    BenchProgress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void note(String text) {
        line(text);
    }

    @Override
    public void running(String target, Load load, RunResult.Point point) {
        String text = String.format(
                Locale.ROOT,
                "  %s  %s  %.0f s  offered %s/s  answered %s/s  p50 %s ms  p99 %s ms%s",
                target,
                load.describe(),
                point.seconds(),
                Numbers.brief(point.offeredPerSecond()),
                Numbers.brief(point.answeredPerSecond()),
                Numbers.brief(point.p50Millis()),
                Numbers.brief(point.p99Millis()),
                point.badPerSecond() > 0 ? "  refused or failed " + Numbers.brief(point.badPerSecond()) + "/s" : "");
        if (terminal) {
            out.print("\r\033[K" + text);
            out.flush();
        } else if (point.seconds() < next - 2 * LINE_EVERY_SECONDS || point.seconds() >= next) {
            next = point.seconds() + LINE_EVERY_SECONDS;
            out.println(text);
        }
    }

    @Override
    public void ran(int round, RunResult result) {
        line(String.format(
                Locale.ROOT,
                "  round %d  %s  %s/s answered  p50 %s ms  p99 %s ms",
                round + 1,
                result.target(),
                Numbers.brief(result.throughput()),
                Numbers.brief(result.millisAt(50)),
                Numbers.brief(result.millisAt(99))));
    }

    @Override
    public void stepped(String target, RateSearch.Step step) {
        line(TextReport.step(step));
    }

    private void line(String text) {
        out.println(terminal ? "\r\033[K" + text : text);
    }
}
