package dev.kilter.runtime.serving;

import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The public face of one version of a model at one moment.
 *
 * @param version as in request paths: a whole number from 1
 * @param versions the model's versions that can be asked for, newest last
 * @param platform {@code onnx_onnxv1}, {@code emulated}, …
 * @param task as configured
 * @param inputs empty until loaded
 * @param outputs empty until loaded
 * @param maxBatchSize largest batch in force
 * @param setup how it is run
 * @param statistics since the start, counted together when asked for: requests look at the rest of this record
 */
public record ServedModel(
        String name,
        String version,
        List<String> versions,
        String platform,
        String task,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        int maxBatchSize,
        State state,
        Setup setup,
        Supplier<Statistics> statistics) {

    /** Where the model is in its life. */
    public sealed interface State {
        /** @param progress download and warm-up, a sentence */
        record Loading(String progress) implements State {}

        record Ready() implements State {}

        record Failed(String reason) implements State {}

        /** The process leaves; still answering. */
        record Draining() implements State {}

        /** Takes nothing more in, and finishes what it took. */
        record Unloading() implements State {}

        /** Not in memory, since nobody wants it there. */
        record Unloaded(String reason) implements State {}
    }

    /**
     * How a model is run, as its configuration tells.
     *
     * @param versionPolicy which versions are served
     * @param provider CPU, CUDA, …
     * @param instances engine instances
     * @param maxDelayMicros how long a batch may wait for company; empty: the batch policy derives it
     */
    public record Setup(VersionPolicy versionPolicy, String provider, int instances, Optional<Long> maxDelayMicros) {}

    /** Counts and times as the protocol's statistics extension tells them; times are nanoseconds, cumulative. */
    public record Statistics(
            Optional<Long> lastInferenceEpochMillis,
            long inferenceCount,
            long executionCount,
            Timed success,
            Timed fail,
            Timed queue,
            Timed computeInput,
            Timed computeInfer,
            Timed computeOutput,
            List<Batch> batches) {
        public Statistics {
            batches = List.copyOf(batches);
        }
    }

    /** {@code count} events took {@code nanos} together. */
    public record Timed(long count, long nanos) {}

    /** How often a batch size ran. */
    public record Batch(int batchSize, Timed computeInput, Timed computeInfer, Timed computeOutput) {}
}
