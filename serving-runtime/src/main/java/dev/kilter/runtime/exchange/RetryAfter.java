package dev.kilter.runtime.exchange;

import java.time.Duration;

/** The header that tells a refused caller when to come again. */
public final class RetryAfter {

    private RetryAfter() {}

    /** Its value: whole seconds, rounded up, at least 1. */
    public static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
