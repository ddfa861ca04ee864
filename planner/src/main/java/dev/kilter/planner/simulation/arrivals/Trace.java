package dev.kilter.planner.simulation.arrivals;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Recorded moments, replayed as they were. */
public final class Trace implements Arrivals {
    private static final long SECOND = 1_000_000_000L;

    private final long[] nanos;

    /** @param nanos since the beginning, in any order: recorders write a few lines late */
    public Trace(long... nanos) {
        this.nanos = nanos.clone();
        Arrays.sort(this.nanos);
        if (this.nanos.length > 0 && this.nanos[0] < 0) {
            throw new IllegalArgumentException("arrival: " + this.nanos[0] + " ns (expected: >= 0)");
        }
    }

    @Override
    public double requests() {
        return nanos.length;
    }

    /** Each request that many times, the fraction by chance, copies within a second after it. */
    @Override
    public Trace times(double factor) {
        SplittableRandom random = new SplittableRandom(1);
        return new Trace(LongStream.of(nanos)
                .flatMap(moment -> LongStream.concat(
                        factor >= 1 || random.nextDouble() < factor ? LongStream.of(moment) : LongStream.empty(),
                        random.longs(copies(factor, random), moment, moment + SECOND)))
                .toArray());
    }

    private static long copies(double factor, SplittableRandom random) {
        double more = Math.max(0, factor - 1);
        return (long) more + (random.nextDouble() < more - Math.floor(more) ? 1 : 0);
    }

    @Override
    public Trace part(Duration from, Duration length) {
        long start = from.toNanos();
        long end = start + Math.min(length.toNanos(), Math.max(0, lengthNanos() - start));
        long[] within = LongStream.of(nanos)
                .filter(moment -> moment >= start && moment < end)
                .map(moment -> moment - start)
                .toArray();
        if (within.length == 0) {
            throw new IllegalArgumentException("from: " + from + " (expected: before the last request, at "
                    + Duration.ofNanos(Math.max(0, lengthNanos() - 1)) + ", and some within " + length + ")");
        }
        return new Trace(within);
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
