package dev.kilter.runtime.source;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells how far a download is, at most once a second. */
final class Progress {

    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Consumer<String> listener;
    private final LongSupplier clock;
    private long nextNanos;

    Progress(Consumer<String> listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
        this.nextNanos = clock.getAsLong();
    }

    void at(long bytes, OptionalLong length) {
        if (clock.getAsLong() - nextNanos >= 0) {
            nextNanos = clock.getAsLong() + EVERY_NANOS;
            listener.accept("downloaded " + megabytes(bytes)
                    + (length.isPresent() ? " of " + megabytes(length.getAsLong()) : "") + " MB");
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }
}
