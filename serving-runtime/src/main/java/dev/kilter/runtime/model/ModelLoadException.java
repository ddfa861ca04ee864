package dev.kilter.runtime.model;

/** A model could not be loaded. The message names the URI, the reason and the next step. */
public final class ModelLoadException extends Exception {

    private final boolean worthRetrying;

    /** @param worthRetrying whether the same attempt may succeed later, as after a broken connection */
    public ModelLoadException(String message, boolean worthRetrying, Throwable cause) {
        super(message, cause);
        this.worthRetrying = worthRetrying;
    }

    /** Whether the same attempt may succeed later. */
    public boolean worthRetrying() {
        return worthRetrying;
    }
}
