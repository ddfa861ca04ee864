package dev.kilter.runtime.serving;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** All models of this process, behind one admission point. Thread-safe; no method blocks. */
public interface ModelServer {

    /** Admits or refuses the call. The stage always completes normally; an admitted call is always answered. */
    CompletionStage<InferenceOutcome> infer(InferenceCall call);

    /** Whether every model is loaded and warmed up, and the process is not draining. */
    boolean ready();

    /** Whether the process can go on: false once an engine hangs or fails whatever it is given; a restart mends it. */
    boolean live();

    /** What is known of the model, in any state; empty if it is not configured here. */
    Optional<ServedModel> model(String name);

    /** Every configured model, in any state. */
    List<ServedModel> models();

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
}
