package dev.kilter.cli.load;

/** The times at which requests are due, one after another. Not thread-safe. */
public interface Arrivals {

    /** What {@link #nextNanos} gives after the last arrival. */
    long END = Long.MAX_VALUE;

    /** Nanoseconds from the start to the next arrival, or {@link #END}. Never falls. */
    long nextNanos();
}
