package dev.kilter.runtime.serving;

import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * One request, decoded.
 *
 * @param model the served model's name
 * @param version empty: the newest
 * @param requestId the caller's, or one made at the edge; in every log line of this request
 * @param inputs in any order; their memory is the caller's again once the stage of this call is complete
 * @param outputs names asked for; empty: all
 * @param arrivalNanos {@link System#nanoTime()} when its first byte was handled
 * @param deadlineNanos on the same clock, the caller's own; empty: the model's objective
 * @param priority 1 is served first, then 2, …; 0: the default
 * @param lesser whether a lesser variant may answer it instead of nobody, as far as the caller says
 * @param cancelled whether the caller has gone; asked before the request reaches an engine
 */
public record InferenceCall(
        String model,
        Optional<String> version,
        String requestId,
        List<Tensor> inputs,
        List<String> outputs,
        long arrivalNanos,
        OptionalLong deadlineNanos,
        int priority,
        Lesser lesser,
        BooleanSupplier cancelled) {

    /** What the caller says of lesser variants. */
    public enum Lesser {
        /** Nothing: the share of such requests that they may answer is kept here. */
        UNSAID,
        /** They may: whoever sends it keeps account. */
        ALLOWED,
        FORBIDDEN
    }

    public InferenceCall {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** A call of the default priority, of which nothing more is said. */
    public InferenceCall(
            String model,
            Optional<String> version,
            String requestId,
            List<Tensor> inputs,
            List<String> outputs,
            long arrivalNanos,
            OptionalLong deadlineNanos,
            BooleanSupplier cancelled) {
        this(model, version, requestId, inputs, outputs, arrivalNanos, deadlineNanos, 0, Lesser.UNSAID, cancelled);
    }
}
