package dev.kilter.runtime;

/** What the process's exit code says. */
public final class ExitCode {
    /** Stopped as asked, everything answered. */
    public static final int OK = 0;
    /** A defect of this program. */
    public static final int SOFTWARE = 1;
    /** Wrong flags or configuration. */
    public static final int USAGE = 2;
    /** The port cannot be listened on. */
    public static final int PORT = 3;
    /** A model cannot be fetched or loaded. */
    public static final int MODEL = 4;
    /** Something leaks and the memory's limit was near: left in order, everything answered; to be started again. */
    public static final int MEMORY = 5;

    private ExitCode() {}
}
