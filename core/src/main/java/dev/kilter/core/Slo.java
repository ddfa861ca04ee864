package dev.kilter.core;

import java.time.Duration;

/**
 * What is promised to clients, measured at the gateway.
 *
 * @param p99 99 of 100 requests are answered within this time
 * @param maxErrorRate the fraction of requests that may fail or be refused, 0..1
 * @param window over which the two are measured
 */
public record Slo(Duration p99, double maxErrorRate, Duration window) {
    public Slo {
        if (p99.isNegative() || p99.isZero()) {
            throw new IllegalArgumentException("slo.latency.p99: " + p99 + " (expected: > 0)");
        }
        if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
            throw new IllegalArgumentException("slo.maxErrorRate: " + maxErrorRate + " (expected: 0..1)");
        }
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("slo.window: " + window + " (expected: > 0)");
        }
    }

    /** The latency objective in seconds. */
    public double p99Seconds() {
        return p99.toNanos() / 1e9;
    }
}
