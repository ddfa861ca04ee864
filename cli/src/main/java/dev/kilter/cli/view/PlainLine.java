package dev.kilter.cli.view;

import static dev.kilter.cli.view.LiveView.clock;
import static dev.kilter.cli.view.LiveView.millis;

import java.util.Locale;

/** The picture in one line, for logs and pipes. */
public final class PlainLine {

    private PlainLine() {}

    /** One line, as long as it takes. */
    public static String render(Snapshot snapshot) {
        Snapshot.Traffic traffic = snapshot.traffic();
        return String.format(
                Locale.ROOT,
                "%s  offered %.1f/s  p50 %s  p99 %s (SLO %s)  replicas %d/%d  answered %d  refused %d  failed %d",
                clock(snapshot.elapsed()),
                traffic.offeredPerSecond(),
                millis(traffic.p50Millis()),
                millis(traffic.p99Millis()),
                millis(traffic.sloMillis()),
                snapshot.replicas().ready(),
                snapshot.replicas().desired(),
                traffic.answered(),
                traffic.refused(),
                traffic.failed());
    }

    /** A decision in one line. */
    public static String render(Snapshot.Decision decision) {
        return clock(decision.at()) + "  " + decision.who() + ": " + decision.text();
    }
}
