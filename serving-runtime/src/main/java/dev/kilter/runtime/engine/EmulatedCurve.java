package dev.kilter.runtime.engine;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an {@code emulated:} URI tells: {@code emulated:?curve=1:8ms,8:20ms,32:60ms&ready=2s&jitter=0.05}.
 *
 * @param times time of a batch by its size, linear in between, level below the smallest, with the last slope beyond the
 *     largest
 * @param ready how long loading takes; 0 where it is missing
 * @param jitter standard deviation of a batch's time, as a fraction of it; 0 where it is missing
 */
public record EmulatedCurve(NavigableMap<Integer, Duration> times, Duration ready, double jitter) {

    /** The scheme of such URIs. */
    public static final String SCHEME = "emulated";

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s)");
    private static final String EXAMPLE = "emulated:?curve=1:8ms,8:20ms&ready=2s&jitter=0.05";

    /**
     * Reads such a URI.
     *
     * @throws IllegalArgumentException if a part cannot be read; the message names it
     */
    public static EmulatedCurve parse(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        if (query < 0) {
            throw bad(text, "a curve");
        }
        NavigableMap<Integer, Duration> times = new TreeMap<>();
        Duration ready = Duration.ZERO;
        double jitter = 0;
        for (String parameter : text.substring(query + 1).split("&")) {
            int equals = parameter.indexOf('=');
            String value = parameter.substring(equals + 1);
            switch (equals < 0 ? parameter : parameter.substring(0, equals)) {
                case "curve" -> times.putAll(curve(value, text));
                case "ready" -> ready = duration(value, text);
                case "jitter" -> jitter = fraction(value, text);
                default -> throw bad(parameter, "curve, ready or jitter");
            }
        }
        if (times.isEmpty()) {
            throw bad(text, "a curve");
        }
        return new EmulatedCurve(times, ready, jitter);
    }

    /** The time of a batch of that many items, without jitter. */
    public Duration time(int items) {
        Map.Entry<Integer, Duration> below = times.floorEntry(items);
        if (below == null) {
            return times.firstEntry().getValue();
        }
        Map.Entry<Integer, Duration> above = times.higherEntry(items);
        if (above == null) {
            above = below;
            below = times.lowerEntry(above.getKey());
            if (below == null) {
                return above.getValue();
            }
        }
        double slope =
                (double) (above.getValue().toNanos() - below.getValue().toNanos()) / (above.getKey() - below.getKey());
        return Duration.ofNanos(below.getValue().toNanos() + Math.round(slope * (items - below.getKey())));
    }

    private static NavigableMap<Integer, Duration> curve(String value, String uri) {
        NavigableMap<Integer, Duration> times = new TreeMap<>();
        for (String point : value.split(",")) {
            int colon = point.indexOf(':');
            if (colon < 1 || !point.substring(0, colon).matches("[1-9]\\d{0,4}")) {
                throw bad(point, "SIZE:TIME as in 8:20ms, in " + uri);
            }
            times.put(Integer.valueOf(point.substring(0, colon)), duration(point.substring(colon + 1), uri));
        }
        return times;
    }

    private static Duration duration(String value, String uri) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw bad(value, "a time as in 500us, 20ms or 2s, in " + uri);
        }
        long unit = switch (matcher.group(2)) {
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            default -> 1_000_000_000;
        };
        return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unit));
    }

    private static double fraction(String value, String uri) {
        try {
            double parsed = Double.parseDouble(value);
            if (parsed >= 0 && parsed <= 1) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // told below, together with numbers out of range
        }
        throw bad(value, "a fraction as in 0.05, in " + uri);
    }

    private static IllegalArgumentException bad(String value, String expected) {
        return new IllegalArgumentException(
                "uri: " + value + " (expected: " + expected + "; an example: " + EXAMPLE + ")");
    }
}
