package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Calls that the models got and that wait for the test to answer them. */
final class HeldCalls {

    /** A call that waits for its answer. */
    record Held(InferenceCall call, CompletableFuture<InferenceOutcome> outcome) {}

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();

    private HeldCalls() {}

    /** Every call from now on, until the models are reset. */
    static HeldCalls of(FakeModelServer models) {
        HeldCalls calls = new HeldCalls();
        models.answer(call -> {
            CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
            calls.held.add(new Held(call, outcome));
            return outcome;
        });
        return calls;
    }

    Held next() throws InterruptedException {
        Held next = held.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }
}
