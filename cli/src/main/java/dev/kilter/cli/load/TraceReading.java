package dev.kilter.cli.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** One trace's file being read. Not thread-safe. */
final class TraceReading {

    private final Path file;
    private final double speed;
    private final List<double[]> rows = new ArrayList<>();
    private boolean rates;
    private int number;

    TraceReading(Path file, double speed) {
        this.file = file;
        this.speed = speed;
    }

    Trace read(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String[] cells = line.strip().split(",", -1);
            boolean header = number == 1 && line.strip().matches("[A-Za-z_].*");
            if (header) {
                rates = cells.length > 1 && cells[1].strip().startsWith("rate");
            } else if (!line.isBlank()) {
                rows.add(row(cells));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(file + ": no line with a time (expected: at least one)");
        }
        return rates ? rates() : times();
    }

    private double[] row(String[] cells) {
        double time = time(cells[0].strip());
        if (!rates) {
            return new double[] {time};
        }
        if (cells.length < 2) {
            throw wrong("", "a rate in the second column");
        }
        double rate = number(cells[1].strip(), "requests a second, at least 0");
        if (!(rate >= 0)) {
            throw wrong(cells[1], "requests a second, at least 0");
        }
        return new double[] {time, rate};
    }

    private double time(String cell) {
        try {
            Instant time = LocalDateTime.parse(cell.replace(' ', 'T').replaceFirst("(Z|[+-]\\d\\d:\\d\\d)$", ""))
                    .toInstant(ZoneOffset.UTC);
            return time.getEpochSecond() + time.getNano() / 1e9;
        } catch (DateTimeParseException notADate) {
            return number(cell, "seconds, or a time such as 2023-11-16 18:17:03.98");
        }
    }

    private double number(String cell, String expected) {
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw wrong(cell, expected);
        }
    }

    private IllegalArgumentException wrong(String value, String expected) {
        return new IllegalArgumentException(
                file + ", line " + number + ": \"" + value + "\" (expected: " + expected + ")");
    }

    private Trace times() {
        double[] seconds = rows.stream().mapToDouble(row -> row[0]).sorted().toArray();
        long[] nanos = new long[seconds.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (long) ((seconds[i] - seconds[0]) / speed * 1e9);
        }
        return new Trace.Times(nanos);
    }

    private Trace rates() {
        double begin = rows.getFirst()[0];
        List<RateCurve.Point> starts = rows.stream()
                .map(row -> new RateCurve.Point((row[0] - begin) / speed, row[1]))
                .toList();
        double last = starts.getLast().seconds();
        // The last window is as long as the one before it.
        double window = starts.size() > 1 ? last - starts.get(starts.size() - 2).seconds() : 60 / speed;
        return new Trace.Rates(RateCurve.steps(starts), Duration.ofNanos((long) ((last + window) * 1e9)));
    }
}
