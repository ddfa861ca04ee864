package dev.kilter.planner.simulation;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a simulated run showed.
 *
 * @param totals of all requests that came after the warm-up
 * @param pools the same by who answered, in the experiment's order
 * @param windows of all time, by when requests ended
 * @param changes what the controller changed
 */
public record Outcome(Totals totals, List<Served> pools, List<Window> windows, List<Change> changes) {
    public Outcome {
        pools = List.copyOf(pools);
        windows = List.copyOf(windows);
        changes = List.copyOf(changes);
    }

    /**
     * Requests by what became of them.
     *
     * @param offered that came
     * @param answered answered well
     * @param inTime answered well within the objective
     * @param refused refused, or given up
     * @param failed their answers were lost
     */
    public record Requests(long offered, long answered, long inTime, long refused, long failed) {

        /** The fraction of what ended that was not answered within the objective; 0 where nothing came. */
        public double violations() {
            long ended = answered + refused + failed;
            return ended == 0 ? 0 : 1 - (double) inTime / ended;
        }
    }

    /**
     * Of the run.
     *
     * @param meanSeconds mean time of the answered requests; 0 where there are none
     * @param p50Seconds of the answered requests
     * @param p99Seconds of the answered requests
     * @param degraded how many were served by another variant than the preferred
     * @param cost from the warm-up to the end of the arrivals
     * @param meanInFlight requests under way, mean over all of the run
     * @param length of the run, to the last answer
     */
    public record Totals(
            Requests requests,
            double meanSeconds,
            OptionalDouble p50Seconds,
            OptionalDouble p99Seconds,
            long degraded,
            double cost,
            double meanInFlight,
            Duration length) {

        /** The fraction that was not answered within the objective: late, refused, given up, failed. */
        public double violations() {
            return requests.violations();
        }

        /** The fraction that was served by another variant than the preferred, of those answered. */
        public double degradedShare() {
            return requests.answered() == 0 ? 0 : (double) degraded / requests.answered();
        }

        /** The fraction that was. */
        public double attainment() {
            return 1 - violations();
        }
    }

    /**
     * What one pool did after the warm-up.
     *
     * @param answered requests that it answered well
     * @param degraded requests that it served by another variant than its preferred one
     * @param cost from the warm-up to the end of the arrivals
     */
    public record Served(String pool, long answered, long degraded, double cost) {}

    /**
     * Of one window.
     *
     * @param start since the beginning
     * @param length the last one may be shorter
     * @param requests that ended in it; offered: that came in it
     * @param degraded requests whose batch by another variant than the preferred began in it
     * @param pools at its end
     * @param cost of it
     */
    public record Window(
            Duration start,
            Duration length,
            Requests requests,
            long degraded,
            OptionalDouble p50Seconds,
            OptionalDouble p99Seconds,
            List<PoolState> pools,
            double cost) {
        public Window {
            pools = List.copyOf(pools);
        }
    }

    /** A pool at a time: replicas asked for, replicas that serve, and the variant they serve. */
    public record PoolState(int desired, int ready, String variant) {}

    /**
     * What a controller changed of one pool.
     *
     * @param at since the beginning
     * @param from replicas before
     * @param to replicas after
     * @param variant served from then on
     * @param reason as the controller told it
     */
    public record Change(Duration at, String pool, int from, int to, String variant, String reason) {}
}
