package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A request between admission and answer.
 *
 * @param call as it came
 * @param inputs the call's, checked, in the signature's order
 * @param items dimension 0, at least 1
 * @param batchKey requests with equal keys may share a batch
 * @param deadlineNanos on the clock of {@link System#nanoTime()}: the caller's own, else by the objective
 * @param urgencyNanos its place in the queue, on the same clock: the earlier, the sooner it is served
 * @param degradable whether a lesser variant may answer it
 * @param answer completed exactly once, normally
 */
public record PendingRequest(
        InferenceCall call,
        List<Tensor> inputs,
        int items,
        Object batchKey,
        long deadlineNanos,
        long urgencyNanos,
        boolean degradable,
        CompletableFuture<InferenceOutcome> answer) {

    private static final long OBJECTIVES_UNTIL_EXPIRY = 4;
    private static final long SHORTEST_PATIENCE_NANOS = 1_000_000_000L;

    /** One that the active variant has to answer. */
    public PendingRequest(
            InferenceCall call,
            List<Tensor> inputs,
            int items,
            Object batchKey,
            long deadlineNanos,
            long urgencyNanos,
            CompletableFuture<InferenceOutcome> answer) {
        this(call, inputs, items, batchKey, deadlineNanos, urgencyNanos, false, answer);
    }

    /** The same, which a lesser variant may answer. */
    PendingRequest madeDegradable() {
        return new PendingRequest(call, inputs, items, batchKey, deadlineNanos, urgencyNanos, true, answer);
    }

    /** Its answer if it must not reach an engine any more; null while it may. */
    InferenceOutcome overtaken(long nowNanos) {
        if (call.cancelled().getAsBoolean()) {
            return new InferenceOutcome.Cancelled();
        }
        return nowNanos - expiryNanos() >= 0 ? late(nowNanos) : null;
    }

    /**
     * When nobody is thought to wait any more. Past its objective alone a request is better answered late than not at
     * all, unless the policy gives it up for others: a cold process takes long over its first one.
     */
    private long expiryNanos() {
        long objective = deadlineNanos - call.arrivalNanos();
        return call.deadlineNanos().isPresent()
                ? deadlineNanos
                : call.arrivalNanos() + Math.max(SHORTEST_PATIENCE_NANOS, OBJECTIVES_UNTIL_EXPIRY * objective);
    }

    /** Its answer if it cannot be had in time any more. */
    InferenceOutcome late(long nowNanos) {
        long waited = (nowNanos - call.arrivalNanos()) / 1_000_000;
        String why = nowNanos - deadlineNanos >= 0
                ? "the deadline passed after " + waited + " ms in the queue"
                : "after " + waited + " ms in the queue the deadline cannot be met any more";
        return new InferenceOutcome.Expired("model " + call.model() + ": " + why + "; nothing was run");
    }

    boolean before(PendingRequest other) {
        return urgencyNanos - other.urgencyNanos < 0;
    }
}
