package dev.kilter.network;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Warnings that clients cause, and so must not be able to fill the log with: one in a while, with the number of others.
 */
public final class SparseLog {

    /** Between two lines. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Consumer<String> lines;
    private final LongSupplier nanoTime;
    private final AtomicLong nextNanos;
    private final AtomicLong untold = new AtomicLong();

    public SparseLog(Logger log) {
        this(log::warn, System::nanoTime);
    }

    SparseLog(Consumer<String> lines, LongSupplier nanoTime) {
        this.lines = lines;
        this.nanoTime = nanoTime;
        nextNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Writes it, or counts it for the next that is written. */
    public void warn(Supplier<String> line) {
        long now = nanoTime.getAsLong();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + INTERVAL.toNanos())) {
            untold.incrementAndGet();
            return;
        }
        long others = untold.getAndSet(0);
        lines.accept(line.get() + (others == 0 ? "" : " (and " + others + " more since the last such line)"));
    }
}
