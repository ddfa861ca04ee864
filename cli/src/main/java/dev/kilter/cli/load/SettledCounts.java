package dev.kilter.cli.load;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Requests by the time they were due, and whether they kept the SLO. Whoever judges a run before its end must not count
 * the quick answers first: a request counts from the moment on at which its fate is certain, which is when the SLO has
 * passed since it was due, answered or not. Not thread-safe.
 */
public final class SettledCounts {

    /**
     * @param requests whose fate is certain
     * @param violations those among them that were not answered well within the SLO
     */
    public record Counts(long requests, long violations) {}

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long sloNanos;
    private int[] due = new int[64];
    private int[] good = new int[64];
    private boolean begun;
    private long origin;
    private int next;
    private long requests;
    private long violations;

    SettledCounts(long sloNanos) {
        this.sloNanos = sloNanos;
    }

    void scheduled(long dueNanos) {
        if (!begun) {
            begun = true;
            origin = dueNanos;
        }
        int slice = slice(dueNanos);
        if (slice < next) {
            // So late that its SLO was over before it was sent.
            requests++;
            violations++;
            return;
        }
        if (slice >= due.length) {
            int length = Math.max(slice + 1, due.length * 2);
            due = Arrays.copyOf(due, length);
            good = Arrays.copyOf(good, length);
        }
        due[slice]++;
    }

    void good(long dueNanos) {
        int slice = slice(dueNanos);
        if (slice >= next) {
            good[slice]++;
        }
    }

    Counts at(long nowNanos) {
        while (begun && next < due.length && nowNanos - origin >= (next + 1L) * SLICE_NANOS + sloNanos) {
            requests += due[next];
            violations += due[next] - good[next];
            next++;
        }
        return new Counts(requests, violations);
    }

    private int slice(long dueNanos) {
        return (int) ((dueNanos - origin) / SLICE_NANOS);
    }
}
