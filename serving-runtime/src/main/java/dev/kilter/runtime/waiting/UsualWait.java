package dev.kilter.runtime.waiting;

import java.util.concurrent.TimeUnit;

/**
 * Whether it pays a thread to watch for its next work instead of sleeping: where work has lately come sooner than it
 * takes to fall asleep and to be woken twice over. Who watches has not lost its core and is called by a write to
 * memory. For one thread at a time.
 */
public final class UsualWait {

    /** So long a watch takes at most, and so soon work must come on average for one to pay. */
    public static final long WATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A longer wait counts as this long, so that what comes after it is soon believed. */
    private static final long LONG_NANOS = 4 * WATCH_NANOS;

    private static final int SMOOTHING = 8;

    private long usualNanos = LONG_NANOS;

    /** Tells how long the last wait was. */
    public void waited(long nanos) {
        usualNanos += (Math.min(nanos, LONG_NANOS) - usualNanos) / SMOOTHING;
    }

    /** Whether to watch now. */
    public boolean watchPays() {
        return usualNanos < WATCH_NANOS;
    }
}
