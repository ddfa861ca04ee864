package dev.kilter.core.batching;

import java.util.Arrays;

/**
 * Who may be answered by a lesser variant, so that no more than a share is. Whoever sees requests come permits some,
 * each for itself, and is told what became of them; a permission counts as used until then. So the share is kept in
 * every half hour that ends with a degraded request, to the request, and as such windows need not overlap, over all of
 * the time. An account begins with nothing. Counted in slots: what ran is forgotten up to a minute sooner than after
 * half an hour, since a permission may be used some seconds later, what was degraded a little later. One thread at a
 * time.
 */
public final class LesserAccount {
    private static final int SLOTS = 60;
    private static final long SLOT_NANOS = 1_800_000_000_000L / SLOTS;

    private final Slots ran = new Slots(SLOTS - 1);
    private final Slots degraded = new Slots(SLOTS + 1);
    private long slot = Long.MIN_VALUE;
    /** Of those whose end is not known yet. */
    private long permitted;

    /** Counts of the last so many slots of time, the open one among them. */
    private static final class Slots {
        private final long[] counts;
        private long all;

        private Slots(int kept) {
            counts = new long[kept];
        }

        void add(long slot) {
            counts[Math.floorMod(slot, counts.length)]++;
            all++;
        }

        void open(long slot) {
            int at = Math.floorMod(slot, counts.length);
            all -= counts[at];
            counts[at] = 0;
        }

        void clear() {
            Arrays.fill(counts, 0);
            all = 0;
        }
    }

    /**
     * Whether a request that comes now may be degraded. If so, {@link #ran} or {@link #withdrawn} must tell its end.
     *
     * @param share that may be degraded at most, 0..1
     */
    public boolean permits(double share, long nowNanos) {
        boolean may = left(share, nowNanos) >= 1;
        permitted += may ? 1 : 0;
        return may;
    }

    /** How many requests might be degraded now. */
    public long left(double share, long nowNanos) {
        moveTo(nowNanos);
        return Math.max(0, (long) (share * ran.all) - degraded.all - permitted);
    }

    /**
     * A request ran.
     *
     * @param mayBe whether it was permitted to be degraded
     * @param byLesser whether it was
     */
    public void ran(boolean mayBe, boolean byLesser, long nowNanos) {
        moveTo(nowNanos);
        permitted -= mayBe ? 1 : 0;
        ran.add(slot);
        if (byLesser) {
            degraded.add(slot);
        }
    }

    /** A request that was permitted to be degraded did not run. */
    public void withdrawn() {
        permitted--;
    }

    private void moveTo(long nowNanos) {
        long next = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (slot == Long.MIN_VALUE) {
            slot = next;
        }
        if (next - slot > SLOTS) {
            ran.clear();
            degraded.clear();
            slot = next;
        }
        while (slot < next) {
            slot++;
            ran.open(slot);
            degraded.open(slot);
        }
    }
}
