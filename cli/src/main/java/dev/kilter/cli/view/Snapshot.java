package dev.kilter.cli.view;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the view shows at one moment.
 *
 * @param title the command and the name
 * @param elapsed since the load began; negative figures are not shown
 * @param total of the load; empty: it has not begun, or has no end
 * @param serving task, variant, precision, class and evidence in one line
 * @param machine what it runs on, in one line
 * @param replicas of all pools
 * @param batches how large batches were lately
 * @param decisions oldest first
 * @param footer what the user can do now
 */
public record Snapshot(
        String title,
        Duration elapsed,
        Optional<Duration> total,
        String serving,
        String machine,
        Traffic traffic,
        Replicas replicas,
        List<BatchShare> batches,
        List<Decision> decisions,
        String footer) {

    public Snapshot {
        batches = List.copyOf(batches);
        decisions = List.copyOf(decisions);
    }

    /**
     * Requests as the client feels them; latencies in milliseconds from the scheduled time.
     *
     * @param offeredPerSecond over the last second
     * @param history offered rates, oldest first, one a second
     * @param capacityPerReplica measured, requests a second; empty: unmeasured
     * @param attainment fraction answered within the objective
     * @param late requests that the load generator itself sent late
     */
    public record Traffic(
            double offeredPerSecond,
            List<Double> history,
            OptionalDouble capacityPerReplica,
            double p50Millis,
            double p99Millis,
            double sloMillis,
            double attainment,
            long answered,
            long refused,
            long failed,
            long inFlight,
            long late) {
        public Traffic {
            history = List.copyOf(history);
        }
    }

    public record Replicas(int ready, int desired, int min, int max, List<Pod> pods) {
        public Replicas {
            pods = List.copyOf(pods);
        }
    }

    /**
     * @param perSecond requests answered there a second, lately
     * @param meanBatch items in a batch, lately; 0: none ran
     */
    public record Pod(String name, String phase, int port, int restarts, double perSecond, double meanBatch) {}

    /** @param share of the batches, 0 to 1 */
    public record BatchShare(String size, double share) {}

    /** @param who planner, autoscaler, profile or pod */
    public record Decision(Duration at, String who, String text) {}
}
