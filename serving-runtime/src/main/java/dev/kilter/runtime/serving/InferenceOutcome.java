package dev.kilter.runtime.serving;

import dev.kilter.runtime.tensor.Tensor;
import java.time.Duration;
import java.util.List;

/** What became of a call. The protocols map each case to their own status. */
public sealed interface InferenceOutcome {

    /**
     * Answered.
     *
     * @param degraded whether a lesser variant did, instead of nobody
     * @param outputs in the signature's order, those asked for
     */
    record Answered(String model, String version, String variant, boolean degraded, List<Tensor> outputs)
            implements InferenceOutcome {
        public Answered {
            outputs = List.copyOf(outputs);
        }

        /** By the variant that is active. */
        public Answered(String model, String version, String variant, List<Tensor> outputs) {
            this(model, version, variant, false, outputs);
        }
    }

    /** The caller's fault: 400, INVALID_ARGUMENT. The message names the field, the value and what was expected. */
    record Invalid(String message) implements InferenceOutcome {}

    /** No such model or version: 404, NOT_FOUND. */
    record NotFound(String message) implements InferenceOutcome {}

    /** Refused by admission, nothing was run: 429, RESOURCE_EXHAUSTED, Retry-After. */
    record Refused(Reason reason, String message, Duration retryAfter) implements InferenceOutcome {
        /** Why. */
        public enum Reason {
            QUEUE_FULL,
            DEADLINE_UNREACHABLE,
            /** The bodies of all requests together hold what they may. */
            BODY_MEMORY,
            /** The answers that clients have not taken yet hold what they may. */
            ANSWER_MEMORY
        }
    }

    /** Loading, failed to load, or draining; nothing was run: 503, UNAVAILABLE, Retry-After. */
    record Unavailable(String message, Duration retryAfter) implements InferenceOutcome {}

    /** Its deadline passed in the queue; nothing was run: 504, DEADLINE_EXCEEDED. */
    record Expired(String message) implements InferenceOutcome {}

    /** The caller went away before an engine took it; nobody reads the answer. */
    record Cancelled() implements InferenceOutcome {}

    /**
     * The engine failed: 500, INTERNAL.
     *
     * @param inputsInUse whether the engine hangs and may still read the inputs: their memory must not be used anew
     */
    record Failed(String message, boolean inputsInUse) implements InferenceOutcome {
        /** An engine that is done with the request. */
        public Failed(String message) {
            this(message, false);
        }
    }
}
