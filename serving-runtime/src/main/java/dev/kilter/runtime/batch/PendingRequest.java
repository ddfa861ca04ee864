package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request between admission and answer.
 *
 * @param call as it came
 * @param inputs the call's, checked, in the signature's order
 * @param items dimension 0, at least 1
 * @param batchKey requests with equal keys may share a batch
 * @param deadlineNanos on the clock of {@link System#nanoTime()}; not handed to an engine after that
 * @param answer completed exactly once, normally
 */
public record PendingRequest(
        InferenceCall call,
        List<Tensor> inputs,
        int items,
        Object batchKey,
        long deadlineNanos,
        CompletableFuture<InferenceOutcome> answer) {

    /** Its answer if it must not reach an engine any more; empty while it may. */
    Optional<InferenceOutcome> overtaken(long nowNanos) {
        if (call.cancelled().getAsBoolean()) {
            return Optional.of(new InferenceOutcome.Cancelled());
        }
        if (nowNanos - deadlineNanos >= 0) {
            long waited = (nowNanos - call.arrivalNanos()) / 1_000_000;
            return Optional.of(new InferenceOutcome.Expired("model " + call.model() + ": the deadline passed after "
                    + waited + " ms in the queue; nothing was run"));
        }
        return Optional.empty();
    }
}
