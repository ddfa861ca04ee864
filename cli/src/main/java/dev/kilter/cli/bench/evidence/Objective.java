package dev.kilter.cli.bench.evidence;

import java.time.Duration;
import java.util.Locale;

/**
 * A claim about a tail: so many percent of all requests are answered well within a time. Refused, failed and unsent
 * requests break it as late ones do.
 *
 * @param percent such as 99
 * @param latency from the scheduled time
 * @param confidence with which it is to be proven or refuted, such as 0.99
 */
public record Objective(double percent, Duration latency, double confidence) {

    public Objective {
        if (!(percent > 0 && percent < 100)) {
            throw new IllegalArgumentException("percentile: " + percent + " (expected: above 0, below 100)");
        }
        if (latency.isNegative() || latency.isZero()) {
            throw new IllegalArgumentException("latency: " + latency + " (expected: above 0)");
        }
        if (!(confidence > 0.5 && confidence < 1)) {
            throw new IllegalArgumentException("confidence: " + confidence + " (expected: above 0.5, below 1)");
        }
    }

    /** The share of requests that may break it. */
    double allowed() {
        return 1 - percent / 100;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p%s <= %s ms", number(percent), number(latency.toNanos() / 1e6));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
