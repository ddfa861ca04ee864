package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;

/** A request that ends at the edge, with the outcome that it would have had behind it. */
public final class Rejection extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient InferenceOutcome outcome;

    private Rejection(String message, InferenceOutcome outcome) {
        super(message, null, false, false);
        this.outcome = outcome;
    }

    /** The caller's fault: which field, which value, and what was expected. */
    public static Rejection invalid(String field, Object value, String expected) {
        return invalid(field + ": " + value + " (expected: " + expected + ")");
    }

    /** The caller's fault. */
    public static Rejection invalid(String message) {
        return new Rejection(message, new InferenceOutcome.Invalid(message));
    }

    /** No such model or version. */
    public static Rejection notFound(String message) {
        return new Rejection(message, new InferenceOutcome.NotFound(message));
    }

    /** Not yet, or no longer; it may be asked again after a second. */
    public static Rejection unavailable(String message) {
        return new Rejection(message, new InferenceOutcome.Unavailable(message, Duration.ofSeconds(1)));
    }

    /** Requests hold all the memory that they may; it may be asked again after a second. */
    static Rejection outOfMemory(String message) {
        return new Rejection(
                message,
                new InferenceOutcome.Refused(
                        InferenceOutcome.Refused.Reason.BODY_MEMORY, message, Duration.ofSeconds(1)));
    }

    /** It took longer to arrive than anybody waits. */
    static Rejection expired(String message) {
        return new Rejection(message, new InferenceOutcome.Expired(message));
    }

    /** What the caller is told. */
    public InferenceOutcome outcome() {
        return outcome;
    }
}
