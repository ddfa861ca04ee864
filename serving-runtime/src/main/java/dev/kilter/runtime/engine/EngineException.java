package dev.kilter.runtime.engine;

/** An engine could not load or run. The message says what and why; for a run it reaches the caller. */
public class EngineException extends Exception {
    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
