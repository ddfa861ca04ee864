package dev.kilter.runtime.model;

import dev.kilter.runtime.serving.ModelServer;

/** What is done with a loaded model before it is ready, so that its first request finds everything warm. */
@FunctionalInterface
public interface Rehearsal {

    /** Nothing. */
    Rehearsal NONE = _ -> {};

    /**
     * Blocks. Must be no reason for a model not to be served.
     *
     * @param apart the model alone, behind an admission, a queue and counts of its own: nobody is told of what it runs
     */
    void run(ModelServer apart);
}
