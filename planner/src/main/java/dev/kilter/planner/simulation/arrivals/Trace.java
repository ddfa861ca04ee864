package dev.kilter.planner.simulation.arrivals;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Recorded moments, replayed as they were. */
public final class Trace implements Arrivals {
    private final long[] nanos;

    /** @param nanos since the beginning, in any order: recorders write a few lines late */
    public Trace(long... nanos) {
        this.nanos = nanos.clone();
        Arrays.sort(this.nanos);
        if (this.nanos.length > 0 && this.nanos[0] < 0) {
            throw new IllegalArgumentException("arrival: " + this.nanos[0] + " ns (expected: >= 0)");
        }
    }

    /** How many. */
    public int requests() {
        return nanos.length;
    }

    @Override
    public long lengthNanos() {
        return nanos.length == 0 ? 0 : nanos[nanos.length - 1] + 1;
    }

    @Override
    public Stream start(SplittableRandom random) {
        return new Stream() {
            private int next;

            @Override
            public long nextNanos() {
                return next < nanos.length ? nanos[next++] : NEVER;
            }
        };
    }
}
