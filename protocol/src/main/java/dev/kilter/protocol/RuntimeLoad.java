package dev.kilter.protocol;

import java.util.List;
import java.util.Optional;

/**
 * The compact load report of a serving pod, {@code GET} {@value #PATH}. Counters only rise while the process lives;
 * {@code startedAtMillis} tells a restart from a reset.
 *
 * @param startedAtMillis when the process started, epoch milliseconds
 * @param atMillis when the report was taken, epoch milliseconds
 * @param emulated whether any figure comes from an emulated engine
 * @param memory of the process, where the platform reports it
 */
public record RuntimeLoad(
        long startedAtMillis,
        long atMillis,
        boolean ready,
        boolean draining,
        boolean emulated,
        Optional<Memory> memory,
        List<Model> models) {

    /** Where the report is served. */
    public static final String PATH = "/kilter/v1/load";

    public RuntimeLoad {
        models = List.copyOf(models);
    }

    /**
     * @param name the served model's name
     * @param activeVariant what answers now
     * @param digest of the active variant's file, {@code sha256:…}
     * @param operatingPoint what is in force
     * @param queued requests waiting
     * @param running requests in an engine
     * @param received requests that reached admission
     * @param answered requests answered well
     * @param degraded of those, by a lesser variant instead of not at all
     * @param refused requests refused by admission or expired in the queue
     * @param failed requests that failed in the engine
     * @param batches batches run
     * @param items items run
     * @param busySeconds engine time, summed over instances
     * @param curve what was learnt of the service curve of the active variant
     */
    public record Model(
            String name,
            String activeVariant,
            String digest,
            OperatingPointState operatingPoint,
            long queued,
            long running,
            long received,
            long answered,
            long degraded,
            long refused,
            long failed,
            long batches,
            long items,
            double busySeconds,
            List<CurvePoint> curve) {
        public Model {
            curve = List.copyOf(curve);
        }

        /** The same with the counts of another version of the model as well. */
        public Model plus(Model other) {
            return new Model(
                    name,
                    activeVariant,
                    digest,
                    operatingPoint,
                    queued + other.queued,
                    running + other.running,
                    received + other.received,
                    answered + other.answered,
                    degraded + other.degraded,
                    refused + other.refused,
                    failed + other.failed,
                    batches + other.batches,
                    items + other.items,
                    busySeconds + other.busySeconds,
                    curve);
        }
    }

    /**
     * @param version of the last accepted update; 0: the pod's default is in force
     * @param lesser see {@link OperatingPointUpdate}
     */
    public record OperatingPointState(
            long version,
            String variant,
            int maxBatchSize,
            double maxDelayMillis,
            Optional<OperatingPointUpdate.Lesser> lesser) {}

    /** One batch size of a service curve, milliseconds. */
    public record CurvePoint(int batchSize, double meanMillis, double p99Millis, long samples) {}

    /**
     * @param residentBytes everything resident
     * @param nativeBytes of that, what is neither a file's nor the JVM's own: what engines and buffers hold
     * @param limitBytes of the container, or what the machine has
     * @param leak a sentence, while memory grows with the requests and is not given back
     */
    public record Memory(long residentBytes, long nativeBytes, long limitBytes, Optional<String> leak) {}
}
