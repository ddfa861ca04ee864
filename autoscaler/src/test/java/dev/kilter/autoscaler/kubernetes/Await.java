package dev.kilter.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what others bring about, within a bound: the machine may be busy with other things. */
final class Await {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration EVERY = Duration.ofMillis(100);

    private Await() {}

    /** @param what is awaited, as the failure tells it */
    static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }
}
