package dev.kilter.planner.simulation.arrivals;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;

/**
 * Reads recorded arrivals from comma-separated text whose first line names the columns; the first column tells which
 * kind it is, and other columns than those named here are left alone.
 *
 * <ul>
 *   <li>{@code TIMESTAMP}: one request a line at that date and time, as in the Azure LLM inference traces;
 *   <li>{@code seconds}: one request a line, so many seconds after the beginning;
 *   <li>{@code window_start_s}, {@code rate_rps}: requests a second from then to the next line, as in ServeGen's
 *       aggregate curves; steps of one length without gaps.
 * </ul>
 */
public final class TraceText {
    private final List<String> lines;

    private TraceText(List<String> lines) {
        this.lines = lines;
    }

    /**
     * Parses.
     *
     * @param gaps of arrivals between which only a rate is known
     * @throws IllegalArgumentException naming the line, what stands there, and what was expected
     */
    public static Arrivals parse(List<String> lines, Gaps gaps) {
        if (lines.size() < 2) {
            throw new IllegalArgumentException("trace: " + lines.size() + " lines (expected: columns and arrivals)");
        }
        TraceText text = new TraceText(lines);
        return switch (text.cells(0)[0]) {
            case "TIMESTAMP" -> text.moments();
            case "seconds" -> text.seconds();
            case "window_start_s" -> text.rates(gaps);
            default -> throw text.wrong(0, "first column TIMESTAMP, seconds or window_start_s");
        };
    }

    private Arrivals moments() {
        LocalDateTime[] moments = new LocalDateTime[lines.size() - 1];
        LocalDateTime first = LocalDateTime.MAX;
        for (int i = 0; i < moments.length; i++) {
            moments[i] = moment(i + 1);
            first = moments[i].isBefore(first) ? moments[i] : first;
        }
        long[] nanos = new long[moments.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Duration.between(first, moments[i]).toNanos();
        }
        return new Trace(nanos);
    }

    private Arrivals seconds() {
        long[] nanos = new long[lines.size() - 1];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(number(i + 1, 0) * 1e9);
        }
        return new Trace(nanos);
    }

    private Arrivals rates(Gaps gaps) {
        if (cells(0).length < 2 || !cells(0)[1].equals("rate_rps") || lines.size() < 3) {
            throw wrong(0, "columns window_start_s,rate_rps and at least two lines");
        }
        double step = number(2, 0) - number(1, 0);
        double[] perSecond = new double[lines.size() - 1];
        for (int i = 0; i < perSecond.length; i++) {
            if (!(step > 0) || Math.abs(number(i + 1, 0) - number(1, 0) - i * step) > 1e-3) {
                throw wrong(i + 1, "steps of one length, in order and without gaps");
            }
            perSecond[i] = number(i + 1, 1);
        }
        return new RateCurve(perSecond, Duration.ofNanos(Math.round(step * 1e9)), gaps);
    }

    private LocalDateTime moment(int line) {
        try {
            return LocalDateTime.parse(cells(line)[0].replace(' ', 'T'));
        } catch (DateTimeException _) {
            throw wrong(line, "a date and time such as 2023-11-16 18:17:03.97996");
        }
    }

    private double number(int line, int column) {
        try {
            double number = Double.parseDouble(cells(line)[column]);
            if (number >= 0 && number <= 1e9) {
                return number;
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException _) {
            // Told below.
        }
        throw wrong(line, "a number of 0 to 1e9 in column " + (column + 1));
    }

    private String[] cells(int line) {
        return lines.get(line).strip().split(",", -1);
    }

    private IllegalArgumentException wrong(int line, String expected) {
        return new IllegalArgumentException(
                "trace, line " + (line + 1) + ": " + lines.get(line) + " (expected: " + expected + ")");
    }
}
