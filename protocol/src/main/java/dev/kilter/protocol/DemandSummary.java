package dev.kilter.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 * @param reasons what is expected, and what holds for all pools, a phrase each
 * @param pools what was decided last for each pool
 * @param history the last scalings, newest last, at most 10
 * @param trial how revisions that take traffic beside each other do; empty: one revision takes it all
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
        List<String> reasons,
        List<Pool> pools,
        List<Scaling> history,
        Optional<Trial> trial) {

    /** The ConfigMap's key. */
    public static final String KEY = "demand.json";

    /** What the ConfigMap's name adds to the InferenceDeployment's. */
    public static final String CONFIG_MAP_SUFFIX = "-kilter-demand";

    /** Without a change it is published so often, to tell that somebody still looks. */
    public static final Duration HEARTBEAT = Duration.ofMinutes(1);

    /** A report of an older autoscaler has neither reasons nor pools. */
    public DemandSummary {
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        pools = pools == null ? List.of() : List.copyOf(pools);
        history = List.copyOf(history);
    }

    /**
     * Revisions beside each other.
     *
     * @param sinceMillis since when both are counted, which is since their shares are these; epoch milliseconds
     * @param arms at least two, by revision
     */
    public record Trial(long sinceMillis, List<Arm> arms) {
        public Trial {
            arms = List.copyOf(arms);
        }
    }

    /**
     * What became of the requests of one revision. The client's faults are left out.
     *
     * @param share its weight
     * @param requests that ended
     * @param missed of these answered late, or refused
     * @param failed of these in any other way
     * @param worseRounds rounds of reports, one every two seconds, in which it alone missed or failed more often than
     *     its objective allows
     */
    public record Arm(String revision, int share, long requests, long missed, long failed, int worseRounds) {}

    /** All reasons in a line. */
    public String message() {
        return Stream.concat(reasons.stream(), pools.stream().map(pool -> pool.name() + ": " + pool.reason()))
                .collect(Collectors.joining("; "));
    }

    /**
     * What one pool should have.
     *
     * @param replicas decided last
     * @param ready of them
     * @param variant that answers
     * @param maxBatchSize the largest batch
     * @param reasons why, a phrase each
     */
    public record Pool(String name, int replicas, int ready, String variant, int maxBatchSize, List<String> reasons) {
        public Pool {
            reasons = List.copyOf(reasons);
        }

        /** The reasons in a line. */
        public String reason() {
            return String.join("; ", reasons);
        }
    }

    /**
     * One change of a pool's replica count.
     *
     * @param reason what was expected, and why that many, in a line
     */
    public record Scaling(long atMillis, String pool, int from, int to, String reason) {}
}
