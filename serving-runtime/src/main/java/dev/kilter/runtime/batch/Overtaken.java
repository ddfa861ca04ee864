package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceOutcome;

/** A request that left the queue without an engine, and what its caller is told once the lock is free. */
record Overtaken(PendingRequest request, InferenceOutcome outcome) {
    void answer() {
        request.answer().complete(outcome);
    }
}
