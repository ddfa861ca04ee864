package dev.kilter.cli.view;

import dev.kilter.cli.view.Line.Colour;
import dev.kilter.cli.view.Snapshot.Decision;
import dev.kilter.cli.view.Snapshot.Pod;
import dev.kilter.cli.view.Snapshot.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The whole picture, as a pure function of the snapshot and the terminal's size. */
public final class LiveView {

    private static final int COLUMN = 11;
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private final Snapshot snapshot;
    private final int width;
    private final int height;

    private LiveView(Snapshot snapshot, int width, int height) {
        this.snapshot = snapshot;
        this.width = width;
        this.height = height;
    }

    /**
     * At most {@code height} lines of at most {@code width} characters, without a final line break.
     *
     * @param colours whether escape sequences may be used
     */
    public static String render(Snapshot snapshot, int width, int height, boolean colours) {
        List<Line> lines = new LiveView(snapshot, width, height).lines();
        return String.join(
                "\n",
                lines.stream()
                        .limit(height)
                        .map(line -> line.render(width, colours))
                        .toList());
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>(List.of(title(), dim(snapshot.serving()), dim(snapshot.machine())));
        lines.add(new Line());
        lines.addAll(List.of(offered(), latency(), outcome(), new Line(), replicas()));
        int free = height - lines.size() - 2;
        lines.addAll(pods(Math.max(0, free - 6)));
        lines.addAll(List.of(batches(), new Line()));
        lines.addAll(decisions(height - lines.size() - 2));
        lines.add(new Line());
        lines.add(dim(snapshot.footer()));
        return lines;
    }

    private Line title() {
        String clock = snapshot.total()
                .map(total -> clock(snapshot.elapsed()) + " / " + clock(total))
                .orElse(clock(snapshot.elapsed()));
        Line line = new Line().add(Line.cut(snapshot.title(), width - clock.length() - 2), Colour.BOLD);
        return line.column(width - clock.length()).add(clock, Colour.BOLD);
    }

    private static Line dim(String text) {
        return new Line().add(text, Colour.DIM);
    }

    private static Line label(String label) {
        return new Line().add(label, Colour.CYAN).column(COLUMN);
    }

    private Line offered() {
        Traffic traffic = snapshot.traffic();
        String rate = String.format(Locale.ROOT, "%7.1f/s  ", traffic.offeredPerSecond());
        String one = traffic.capacityPerReplica().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "  one replica carries %.0f/s",
                        traffic.capacityPerReplica().getAsDouble())
                : "  capacity unmeasured";
        int room = Math.max(0, width - COLUMN - rate.length() - one.length());
        return label("Offered")
                .add(rate, Colour.BOLD)
                .add(sparkline(traffic.history(), room))
                .add(one, Colour.DIM);
    }

    /** The last values that fit, as bars from zero to the highest of them; a gap where there is none yet. */
    static String sparkline(List<Double> values, int room) {
        List<Double> last = values.subList(Math.max(0, values.size() - room), values.size());
        double highest = Math.max(1e-9, last.stream().mapToDouble(d -> d).max().orElse(0));
        StringBuilder bars = new StringBuilder();
        for (double value : last) {
            bars.append(BARS.charAt((int) Math.round(value / highest * (BARS.length() - 1))));
        }
        return bars + " ".repeat(room - last.size());
    }

    private Line latency() {
        Traffic traffic = snapshot.traffic();
        boolean kept = traffic.p99Millis() <= traffic.sloMillis();
        boolean any = traffic.p99Millis() > 0;
        return label("Latency")
                .add("p50 " + millis(traffic.p50Millis()) + "   ")
                .add("p99 " + millis(traffic.p99Millis()), !any ? Colour.DIM : kept ? Colour.GREEN : Colour.RED)
                .add("   SLO p99 " + millis(traffic.sloMillis()) + (!any ? "" : kept ? ", kept" : ", broken"))
                .add(String.format(Locale.ROOT, "   %.2f%% within", traffic.attainment() * 100), Colour.DIM);
    }

    private Line outcome() {
        Traffic traffic = snapshot.traffic();
        Line line = label("Answered")
                .add(String.format(Locale.ROOT, "%,d   ", traffic.answered()))
                .add("refused " + traffic.refused(), traffic.refused() > 0 ? Colour.YELLOW : Colour.PLAIN)
                .add("   ")
                .add("failed " + traffic.failed(), traffic.failed() > 0 ? Colour.RED : Colour.PLAIN)
                .add("   in flight " + traffic.inFlight());
        return traffic.late() > 0 ? line.add("   sent late " + traffic.late(), Colour.YELLOW) : line;
    }

    private Line replicas() {
        Snapshot.Replicas replicas = snapshot.replicas();
        Colour colour = replicas.ready() >= replicas.desired() ? Colour.GREEN : Colour.YELLOW;
        return label("Replicas")
                .add(replicas.ready() + " ready", colour)
                .add(" of " + replicas.desired() + " wanted")
                .add(" (" + replicas.min() + ".." + replicas.max() + ")", Colour.DIM);
    }

    private List<Line> pods(int room) {
        List<Line> lines = new ArrayList<>();
        for (Pod pod : snapshot.replicas().pods().stream().limit(room).toList()) {
            Colour colour = pod.phase().equals("ready") ? Colour.PLAIN : Colour.YELLOW;
            lines.add(new Line()
                    .column(COLUMN)
                    .add(String.format(Locale.ROOT, "%-34s ", Line.cut(pod.name(), 34)))
                    .add(String.format("%-9s", pod.phase()), colour)
                    .add(String.format(Locale.ROOT, "%6.1f/s", pod.perSecond()))
                    .add(pod.meanBatch() > 0 ? String.format(Locale.ROOT, "  batch %.1f", pod.meanBatch()) : "")
                    .add(pod.restarts() > 0 ? "  restarts " + pod.restarts() : "", Colour.YELLOW));
        }
        return lines;
    }

    private Line batches() {
        Line line = label("Batches");
        if (snapshot.batches().isEmpty()) {
            return line.add("none yet", Colour.DIM);
        }
        for (Snapshot.BatchShare batch : snapshot.batches()) {
            int bar = (int) Math.round(batch.share() * 10);
            line.add(batch.size() + " ", Colour.DIM)
                    .add("█".repeat(bar) + (bar == 0 ? "▏" : ""))
                    .add(String.format(Locale.ROOT, " %.0f%%  ", batch.share() * 100));
        }
        return line;
    }

    private List<Line> decisions(int room) {
        List<Line> lines = new ArrayList<>();
        List<Decision> all = snapshot.decisions();
        for (int i = all.size() - 1; i >= 0; i--) {
            List<Line> entry = decision(all.get(i));
            if (lines.size() + entry.size() > room) {
                break;
            }
            lines.addAll(0, entry);
        }
        return lines;
    }

    /** The reason may take a second line. */
    private List<Line> decision(Decision decision) {
        Line first = new Line()
                .add(String.format("%5s  ", clock(decision.at())), Colour.DIM)
                .add(String.format("%-11s", decision.who()), Colour.CYAN);
        int indent = first.length();
        int room = Math.max(10, width - indent);
        String text = decision.text();
        if (text.length() <= room) {
            return List.of(first.add(text));
        }
        int cut = text.lastIndexOf(' ', room);
        int end = cut > room / 2 ? cut : room;
        return List.of(
                first.add(text.substring(0, end)),
                new Line().column(indent).add(text.substring(end).strip()));
    }

    /** Minutes and seconds; what came before the load began has no time. */
    static String clock(Duration time) {
        return time.isNegative()
                ? "start"
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    /** A latency with as many digits as matter. */
    static String millis(double millis) {
        return millis == 0 ? "-" : String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
