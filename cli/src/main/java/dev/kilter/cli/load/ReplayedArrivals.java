package dev.kilter.cli.load;

import java.time.Duration;

/** Recorded arrival times, played again. */
public final class ReplayedArrivals implements Arrivals {

    private final long[] nanos;
    private final long endNanos;
    private int next;

    /**
     * @param nanos from the start, ascending
     * @param duration what is due later is left out
     */
    public ReplayedArrivals(long[] nanos, Duration duration) {
        this.nanos = nanos.clone();
        this.endNanos = duration.toNanos();
    }

    @Override
    public long nextNanos() {
        return next < nanos.length && nanos[next] < endNanos ? nanos[next++] : END;
    }
}
