package dev.kilter.autoscaler;

import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a demand summary is worth writing: on a material change, not too often, and now and then without one, so that
 * its age tells whether anybody still looks.
 *
 * @param published empty: nothing yet
 * @param at when it was published, or else when the first tick was
 */
record DemandNews(Optional<DemandSummary> published, Instant at) {

    /** A start is no outage: the gateways are given time to report twice before their silence is told. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    /** At most one write in this time. */
    static final Duration EVERY = Duration.ofSeconds(30);

    /** And in this, while revisions are compared: what it tells decides the next step. */
    static final Duration TRIAL_EVERY = Duration.ofSeconds(5);

    private static final double RATE_CHANGE = 0.1;
    private static final double LATENCY_CHANGE = 0.2;
    private static final double ATTAINMENT_CHANGE = 0.001;

    boolean due(DemandSummary current, Instant now) {
        if (published.isEmpty()) {
            return current.metricsAvailable() || Duration.between(at, now).compareTo(WARM_UP) >= 0;
        }
        Duration age = Duration.between(at, now);
        return age.compareTo(DemandSummary.HEARTBEAT) >= 0
                || (age.compareTo(TRIAL_EVERY) >= 0 && !published.get().trial().equals(current.trial()))
                || (age.compareTo(EVERY) >= 0 && material(published.get(), current));
    }

    private static boolean material(DemandSummary old, DemandSummary current) {
        return old.metricsAvailable() != current.metricsAvailable()
                || !old.history().equals(current.history())
                || differ(old.requestsPerSecond(), current.requestsPerSecond(), RATE_CHANGE)
                || differ(old.peakRequestsPerSecond(), current.peakRequestsPerSecond(), RATE_CHANGE)
                || differ(old.p99Millis(), current.p99Millis(), LATENCY_CHANGE)
                || old.attainment().isPresent() != current.attainment().isPresent()
                || Math.abs(old.attainment().orElse(0.0) - current.attainment().orElse(0.0)) >= ATTAINMENT_CHANGE;
    }

    private static boolean differ(Optional<Double> a, Optional<Double> b, double part) {
        return a.isPresent() != b.isPresent() || (a.isPresent() && differ(a.get(), b.get(), part));
    }

    private static boolean differ(double a, double b, double part) {
        // Below one a second or a millisecond a relative change means nothing.
        return Math.abs(a - b) > part * Math.max(1, Math.max(a, b));
    }
}
