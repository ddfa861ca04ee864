package dev.kilter.operator.plan;

import java.time.Instant;

/**
 * A profiling Job as it was seen.
 *
 * @param job its name
 * @param source {@link dev.kilter.operator.build.Hashes#of} the variant's URI
 * @param attempt from 1
 */
public record ProfileRun(String job, String acceleratorClass, String source, int attempt, State state) {

    /** How far it is. */
    public sealed interface State {}

    /** Not finished. */
    public record Running() implements State {}

    /**
     * Done; its report is to be kept.
     *
     * @param report the termination message
     * @param image that ran, by digest where known; empty text: not known
     */
    public record Succeeded(String report, String image) implements State {}

    /**
     * Done, without a report.
     *
     * @param reason a word in CamelCase
     * @param message for people
     */
    public record Failed(String reason, String message, Instant at) implements State {}

    /** Whether it goes on. */
    public boolean isRunning() {
        return state instanceof Running;
    }
}
