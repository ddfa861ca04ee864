package dev.kilter.core.batching;

/**
 * Whether a request that arrives now can still meet its deadline: what runs is awaited, what is more urgent goes first
 * in full batches, then its own batch starts (the predicted completion of Clockwork, Gujarati et al., OSDI 2020, for
 * batches that are not formed yet). Refusing at once costs a client milliseconds, and everybody else nothing.
 */
public sealed interface Admission {

    /** When the answer is expected, hardly later; nanoseconds on the deadline's clock. */
    long finishNanos();

    /** It may queue. */
    record Admitted(long finishNanos) implements Admission {}

    /**
     * It would be late.
     *
     * @param retryAfterNanos after that time a request with as much patience is expected to be admitted
     */
    record Refused(long finishNanos, long retryAfterNanos) implements Admission {}

    /**
     * Decides. A burst is absorbed: what is expected to be in time is admitted. Under overload, where somebody must be
     * refused anyway, only what is in time almost certainly. Where nothing waits and an engine is free the request is
     * admitted whatever the estimates say: only a run can correct one that is too high.
     *
     * @param plan of the curve as known now
     * @param ahead what waits and is as urgent or more, in its order; its promises note whether this is one
     * @param busyNanos of each engine instance, at least one: how long its batch is still expected to run; 0 for a free
     *     one. Used up: meaningless after the call
     */
    static Admission of(BatchPlan plan, WaitingRequests ahead, long[] busyNanos, Request request, long nowNanos) {
        return new Prediction(plan, ahead, busyNanos, request.budgetNanos(), nowNanos).of(request);
    }

    /**
     * Who asks.
     *
     * @param items at least 1
     * @param deadlineNanos when the answer is due
     * @param budgetNanos from its arrival to its deadline
     */
    record Request(int items, long deadlineNanos, long budgetNanos) {
        public Request {
            if (items < 1) {
                throw new IllegalArgumentException("items: " + items + " (expected: >= 1)");
            }
        }
    }
}
