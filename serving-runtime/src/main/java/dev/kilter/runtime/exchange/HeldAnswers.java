package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of the answers that clients have not taken yet. An answer that was computed is never thrown away for it;
 * once they hold too much, what is not yet run is refused. Thread-safe.
 */
final class HeldAnswers {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limit bytes, beyond which nothing more is run */
    HeldAnswers(long limit) {
        this.limit = limit;
    }

    void take(long bytes) {
        held.addAndGet(bytes);
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    long held() {
        return held.get();
    }

    long limit() {
        return limit;
    }

    /** What a request is told that would add to them; empty while there is room. */
    Optional<InferenceOutcome> refusal() {
        long bytes = held.get();
        return bytes <= limit
                ? Optional.empty()
                : Optional.of(new InferenceOutcome.Refused(
                        InferenceOutcome.Refused.Reason.ANSWER_MEMORY,
                        "answers: " + bytes + " bytes that clients have not taken yet (expected: at most " + limit
                                + " together); nothing was run, ask again",
                        Duration.ofSeconds(1)));
    }
}
