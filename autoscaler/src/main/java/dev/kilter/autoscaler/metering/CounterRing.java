package dev.kilter.autoscaler.metering;

import java.time.Duration;
import java.time.Instant;

/**
 * The growth of a few counters over sliding windows: a ring buffer of running totals, so that a window costs two
 * look-ups. Between stored points growth is taken as even, so a window's rate does not jump when scrapes are a little
 * early or late.
 */
final class CounterRing {

    private final Duration spacing;
    private final Instant[] times;
    private final double[][] totals;
    private final double[] running;
    private int newest = -1;
    private int size;
    private Instant now = Instant.MIN;

    /**
     * @param span the longest window that will be asked for
     * @param slots how many points it is kept in
     * @param width how many counters
     */
    CounterRing(Duration span, int slots, int width) {
        this.spacing = span.dividedBy(slots);
        this.times = new Instant[slots + 2];
        this.totals = new double[slots + 2][];
        this.running = new double[width];
    }

    /** Adds what was counted since the last call; the first call only starts the clock. */
    void add(Instant at, double[] growth) {
        if (size == 0) {
            now = at;
            store();
            return;
        }
        now = at.isBefore(now) ? now : at;
        for (int i = 0; i < running.length; i++) {
            running[i] += growth[i];
        }
        if (Duration.between(times[newest], now).compareTo(spacing) >= 0) {
            store();
        }
    }

    /** How much was counted in the last {@code window}, or in what is {@link #covered} of it. */
    double[] growth(Duration window) {
        double[] growth = running.clone();
        if (size == 0) {
            return growth;
        }
        double[] then = totalsAt(now.minus(window));
        for (int i = 0; i < growth.length; i++) {
            growth[i] = Math.max(0, growth[i] - then[i]);
        }
        return growth;
    }

    /** How much of {@code window} has been observed. */
    Duration covered(Duration window) {
        if (size == 0) {
            return Duration.ZERO;
        }
        Duration all = Duration.between(times[index(size - 1)], now);
        return all.compareTo(window) < 0 ? all : window;
    }

    private double[] totalsAt(Instant at) {
        Instant laterAt = now;
        double[] later = running;
        for (int back = 0; back < size; back++) {
            int i = index(back);
            if (!times[i].isAfter(at)) {
                return between(times[i], totals[i], laterAt, later, at);
            }
            laterAt = times[i];
            later = totals[i];
        }
        return later;
    }

    private static double[] between(Instant fromAt, double[] from, Instant toAt, double[] to, Instant at) {
        long span = Duration.between(fromAt, toAt).toNanos();
        double part = span == 0 ? 0 : (double) Duration.between(fromAt, at).toNanos() / span;
        double[] result = from.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += part * (to[i] - from[i]);
        }
        return result;
    }

    private void store() {
        newest = (newest + 1) % times.length;
        times[newest] = now;
        totals[newest] = running.clone();
        size = Math.min(size + 1, times.length);
    }

    /** The slot of the point stored {@code back} points before the newest. */
    private int index(int back) {
        return Math.floorMod(newest - back, times.length);
    }
}
