package dev.kilter.runtime.model;

/** A model could not be loaded. The message names the URI, the reason and the next step. */
public final class ModelLoadException extends Exception {
    public ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
