package dev.kilter.runtime.serving;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** All models of this process, behind one admission point. Thread-safe; no method blocks, but {@link #index}. */
public interface ModelServer {

    /** Admits or refuses the call. The stage always completes normally; an admitted call is always answered. */
    CompletionStage<InferenceOutcome> infer(InferenceCall call);

    /**
     * Whether every model that was to be served from the start is ready, unless it was unloaded since, and the process
     * is not draining. What is loaded on request later tells of itself alone.
     */
    boolean ready();

    /** Whether the process can go on: false once an engine hangs or fails whatever it is given; a restart mends it. */
    boolean live();

    /** The version that answers who asks for none: the newest that can, else the newest; empty if it is unknown. */
    Optional<ServedModel> model(String name);

    /** Every version of the model, in any state, oldest first; none if it is unknown. */
    List<ServedModel> versions(String name);

    /** The models known here, in any state. */
    List<String> names();

    /** What the repository offers, loaded or not. May read the disk: blocks. */
    List<RepositoryEntry> index();

    /** Loads the model from its repository, anew if it is loaded; completes once it answers, or will not. */
    CompletionStage<ControlOutcome> load(String model);

    /** Unloads every version of the model; completes once what was admitted is answered. */
    CompletionStage<ControlOutcome> unload(String model);

    /** Changes the operating point. */
    OperatingPointOutcome update(String model, OperatingPointUpdate update);

    /** The compact load report. */
    RuntimeLoad load();

    /** What became of an operating point. */
    sealed interface OperatingPointOutcome {
        record Accepted(RuntimeLoad.OperatingPointState inForce) implements OperatingPointOutcome {}

        record Outdated(RuntimeLoad.OperatingPointState inForce) implements OperatingPointOutcome {}

        record Invalid(String message) implements OperatingPointOutcome {}

        record NotFound(String message) implements OperatingPointOutcome {}
    }

    /** What became of a wish to load or unload. */
    sealed interface ControlOutcome {
        record Done() implements ControlOutcome {}

        /** Models are not changed on request here: 501, UNIMPLEMENTED. The message names the switch. */
        record Off(String message) implements ControlOutcome {}

        /** The repository has no such model: 404, NOT_FOUND. */
        record NotFound(String message) implements ControlOutcome {}

        /** It could not be done; whatever served before still does: 400, FAILED_PRECONDITION. */
        record Failed(String message) implements ControlOutcome {}

        /** The process leaves: 503, UNAVAILABLE. */
        record Unavailable(String message) implements ControlOutcome {}
    }
}
