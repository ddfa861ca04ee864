package dev.kilter.cli.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Recorded load: arrival times one by one, or rates window by window. */
public sealed interface Trace {

    /** @param nanos from the first arrival, ascending */
    record Times(long[] nanos) implements Trace {}

    record Rates(RateCurve curve, Duration length) implements Trace {}

    /**
     * Reads CSV, with or without a header line. What the first columns hold decides:
     *
     * <ul>
     *   <li>{@code TIMESTAMP,…} as the Azure inference traces have it: {@code 2023-11-16 18:17:03.9799600}
     *   <li>{@code window_start_s,rate_rps,…} as ServeGen's aggregates have it, by these names in the header: seconds,
     *       and requests a second from then on
     *   <li>otherwise seconds since any beginning, one arrival a line
     * </ul>
     *
     * @param speed how much faster time goes by: arrivals come closer together, windows get shorter
     * @throws IllegalArgumentException naming file and line, the value and what was expected
     */
    static Trace read(Path file, double speed) {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed: " + speed + " (expected: above 0)");
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return new Reading(file, speed).read(lines);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": not readable: " + e.getMessage(), e);
        }
    }

    /** One file being read. */
    final class Reading {

        private final Path file;
        private final double speed;
        private final List<double[]> rows = new ArrayList<>();
        private boolean rates;
        private int number;

        private Reading(Path file, double speed) {
            this.file = file;
            this.speed = speed;
        }

        private Trace read(BufferedReader lines) throws IOException {
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
                LocalDateTime time =
                        LocalDateTime.parse(cell.replace(' ', 'T').replaceFirst("(Z|[+-]\\d\\d:\\d\\d)$", ""));
                return time.toEpochSecond(ZoneOffset.UTC) + time.getNano() / 1e9;
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
            return new Times(nanos);
        }

        private Trace rates() {
            double begin = rows.getFirst()[0];
            List<RateCurve.Point> starts = rows.stream()
                    .map(row -> new RateCurve.Point((row[0] - begin) / speed, row[1]))
                    .toList();
            double last = starts.getLast().seconds();
            // The last window is as long as the one before it.
            double window =
                    starts.size() > 1 ? last - starts.get(starts.size() - 2).seconds() : 60 / speed;
            return new Rates(RateCurve.steps(starts), Duration.ofNanos((long) ((last + window) * 1e9)));
        }
    }
}
