package dev.kilter.runtime.batch;

/** Versions in request paths. A pod serves one: a new model is a new pod. */
public final class ServedVersion {

    /** The version of every served model. */
    public static final String ONLY = "1";

    private ServedVersion() {}
}
