package dev.kilter.runtime.serving;

import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A model's public face at one moment.
 *
 * @param versions as in request paths; newest last; Kilter serves one, {@code "1"}
 * @param platform {@code onnx_onnxv1}, {@code emulated}, …
 * @param task as configured
 * @param inputs empty until loaded
 * @param outputs empty until loaded
 * @param maxBatchSize largest batch in force
 * @param statistics since the start, counted together when asked for: requests look at the rest of this record
 */
public record ServedModel(
        String name,
        List<String> versions,
        String platform,
        String task,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        int maxBatchSize,
        State state,
        Supplier<Statistics> statistics) {

    /** Where the model is in its life. */
    public sealed interface State {
        /** @param progress download and warm-up, a sentence */
        record Loading(String progress) implements State {}

        record Ready() implements State {}

        record Failed(String reason) implements State {}

        record Draining() implements State {}
    }

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
