package dev.kilter.protocol;

import java.util.List;
import java.util.Optional;

/**
 * The compact load report of one gateway, {@code GET} {@value #PATH}. Counters only rise while the process lives.
 *
 * @param startedAtMillis when the process started, epoch milliseconds
 * @param atMillis when the report was taken, epoch milliseconds
 */
public record GatewayLoad(long startedAtMillis, long atMillis, List<Model> models) {

    /** Where the report is served. */
    public static final String PATH = "/kilter/v1/load";

    public GatewayLoad {
        models = List.copyOf(models);
    }

    /**
     * @param offered requests that arrived for the model, whatever became of them
     * @param answered answered well
     * @param refused refused here or by a pod (429, 503, RESOURCE_EXHAUSTED, UNAVAILABLE)
     * @param failed failed in any other way that is not the client's fault
     * @param invalid the client's fault (other 4xx)
     * @param withinSlo answered well within the objective
     * @param lesserLeft how many requests lesser variants may still answer now instead of nobody, no counter; empty:
     *     none
     * @param sloMillis the objective that {@code withinSlo} counts
     * @param latency of requests answered well, at the gateway
     * @param pools what each pool has outstanding now
     */
    public record Model(
            String name,
            long offered,
            long answered,
            long refused,
            long failed,
            long invalid,
            long withinSlo,
            Optional<Long> lesserLeft,
            double sloMillis,
            List<Bucket> latency,
            List<Pool> pools) {
        public Model {
            latency = List.copyOf(latency);
            pools = List.copyOf(pools);
        }
    }

    /**
     * Cumulative, as in Prometheus: {@code count} requests took at most {@code upToMillis}; the last bound is +Inf,
     * told as 0.
     */
    public record Bucket(double upToMillis, long count) {}

    /**
     * @param offered requests sent there, a counter
     * @param outcomes of those that ended; empty: a gateway that does not count them yet
     */
    public record Pool(String name, int readyPods, long outstanding, long offered, Optional<Outcomes> outcomes) {}

    /**
     * What became of the requests sent to a pool, each from when it was sent there; one that went on to another pool
     * counts at both. What is the client's fault is in none. All are counters.
     *
     * @param met answered well within the objective
     * @param missed answered well, but later; or refused
     * @param failed in any other way, unreachable pods included, and a candidate that calls wrong what the established
     *     revision answers
     */
    public record Outcomes(long met, long missed, long failed) {}
}
