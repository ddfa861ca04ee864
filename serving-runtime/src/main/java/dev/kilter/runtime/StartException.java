package dev.kilter.runtime;

/** The process cannot do what it was started for; one sentence says why and what to do. */
public final class StartException extends Exception {

    private final int exitCode;

    /** @param exitCode one of {@link ExitCode} */
    public StartException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}
