package dev.kilter.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the autoscaler saw of one InferenceDeployment, published as JSON under the key {@value #KEY} of the ConfigMap
 * {@code NAME-kilter-demand} on a material change, at most every 30 s, and at least every {@link #HEARTBEAT}. The
 * operator plans and reports from it.
 *
 * @param inferenceDeployment its name
 * @param atMillis epoch milliseconds
 * @param requestsPerSecond offered now, smoothed
 * @param peakRequestsPerSecond what a plan should carry: a high quantile over the observed window
 * @param p99Millis measured at the gateways over the window; empty: nothing was answered
 * @param attainment fraction of offered requests answered within the objective; empty: nothing was offered
 * @param windowSeconds the window that the two are measured over
 * @param metricsAvailable false: the last good counts are held
 * @param message why, in a sentence
 * @param history the last scalings, newest last, at most 10
 */
public record DemandSummary(
        String inferenceDeployment,
        long atMillis,
        double requestsPerSecond,
        double peakRequestsPerSecond,
        Optional<Double> p99Millis,
        Optional<Double> attainment,
        double windowSeconds,
        boolean metricsAvailable,
        String message,
        List<Scaling> history) {

    /** The ConfigMap's key. */
    public static final String KEY = "demand.json";

    /** What the ConfigMap's name adds to the InferenceDeployment's. */
    public static final String CONFIG_MAP_SUFFIX = "-kilter-demand";

    /** Without a change it is published so often, to tell that somebody still looks. */
    public static final Duration HEARTBEAT = Duration.ofMinutes(1);

    public DemandSummary {
        history = List.copyOf(history);
    }

    /** One change of a pool's replica count. */
    public record Scaling(long atMillis, String pool, int from, int to, String reason) {}
}
