package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Waits for what others bring about, within a bound: the machine may be loaded, and nothing here is about speed. */
final class Await {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration OFTEN = Duration.ofMillis(100);

    private Await() {}

    /** @param what is awaited, as the failure tells it */
    static void until(String what, BooleanSupplier holds) {
        until(() -> what, holds);
    }

    /** @param what is awaited, and how it stands by then */
    static void until(Supplier<String> what, BooleanSupplier holds) {
        until(what, OFTEN, holds);
    }

    /** @param every how often to look */
    static void until(String what, Duration every, BooleanSupplier holds) {
        until(() -> what, every, holds);
    }

    private static void until(Supplier<String> what, Duration every, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as(() -> "waited " + PATIENCE + " for " + what.get())
                    .isNegative();
            World.pause(every.toMillis());
        }
    }

    /**
     * Waits until a count stands still.
     *
     * @param quiet for so long
     * @return the count
     */
    static double rest(String what, Duration quiet, DoubleSupplier count) {
        double[] before = new double[1];
        until(what + " to stand still for " + quiet, () -> {
            before[0] = count.getAsDouble();
            World.pause(quiet.toMillis());
            return count.getAsDouble() == before[0];
        });
        return before[0];
    }
}
