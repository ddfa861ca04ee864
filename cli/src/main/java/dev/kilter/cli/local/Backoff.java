package dev.kilter.cli.local;

import java.time.Duration;

/**
 * How long to wait before the next start: doubling from the first wait to the longest, as a kubelet does, only sooner,
 * since somebody is watching.
 *
 * @param first wait after the first failure
 * @param longest no wait is longer
 */
public record Backoff(Duration first, Duration longest) {

    /** 1 s, 2 s, 4 s, … 30 s. */
    public static final Backoff LOCAL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /**
     * The wait before the next start.
     *
     * @param failures in a row, at least 1
     */
    public Duration after(int failures) {
        Duration wait = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
