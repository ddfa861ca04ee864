package dev.kilter.runtime.batch;

import java.util.Optional;

/** Whether the engines of one model can be trusted with requests. Thread-safe. */
public final class EngineHealth {

    private volatile Optional<String> broken = Optional.empty();
    private volatile Optional<String> hung = Optional.empty();

    /** What is wrong, a sentence; empty while nothing is. */
    public Optional<String> trouble() {
        return hung.isPresent() ? hung : broken;
    }

    /** An engine fails whatever it is given. */
    void broken(String reason) {
        broken = Optional.of(reason);
    }

    /** An engine gave an answer. */
    void works() {
        if (broken.isPresent()) {
            broken = Optional.empty();
        }
    }

    /** What hangs now; empty: nothing, or nothing any more. */
    void hung(Optional<String> reason) {
        hung = reason;
    }
}
