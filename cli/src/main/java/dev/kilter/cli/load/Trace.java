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
    @SuppressWarnings("ArrayRecordComponent") // never compared
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
            return new TraceReading(file, speed).read(lines);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": not readable: " + e.getMessage(), e);
        }
    }
}
