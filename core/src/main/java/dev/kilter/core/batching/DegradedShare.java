package dev.kilter.core.batching;

/**
 * What a lesser variant answered of all that one process ran over a sliding window, which may not exceed a share. Each
 * process keeps the share of its own requests, so all of them together keep it, without a word between them; and as any
 * windows that end with a degraded request and do not overlap keep it, so does all of the time. A process that starts
 * has earned nothing yet. One thread at a time.
 */
public final class DegradedShare {
    /** The share holds whenever some of it is used, over so long a time before. */
    private static final long WINDOW_NANOS = 1_800_000_000_000L;

    private static final int SLOTS = 60;
    private static final long SLOT_NANOS = WINDOW_NANOS / SLOTS;

    private final long[] ran = new long[SLOTS];
    private final long[] degraded = new long[SLOTS];
    private long allRan;
    private long allDegraded;
    private long slot = Long.MIN_VALUE;

    /** So many requests run, by the lesser variant or not. */
    public void ran(int requests, boolean lesser, long nowNanos) {
        moveTo(nowNanos);
        int at = Math.floorMod(slot, SLOTS);
        ran[at] += requests;
        allRan += requests;
        if (lesser) {
            degraded[at] += requests;
            allDegraded += requests;
        }
    }

    /**
     * How many requests may be degraded now.
     *
     * @param most the share, 0..1
     */
    public int left(double most, long nowNanos) {
        moveTo(nowNanos);
        return (int) Math.clamp(most * allRan - allDegraded, 0, Integer.MAX_VALUE);
    }

    private void moveTo(long nowNanos) {
        long next = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (slot == Long.MIN_VALUE) {
            slot = next;
        }
        for (long passed = Math.min(SLOTS, next - slot); passed > 0; passed--) {
            int oldest = Math.floorMod(next - passed + 1, SLOTS);
            allRan -= ran[oldest];
            allDegraded -= degraded[oldest];
            ran[oldest] = 0;
            degraded[oldest] = 0;
        }
        slot = Math.max(slot, next);
    }
}
