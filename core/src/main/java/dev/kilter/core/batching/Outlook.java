package dev.kilter.core.batching;

/**
 * Runs ahead in time: who of those that wait would be late if so many of the first ones were answered by a lesser
 * variant, in batches of their own, and the rest by the target variant. Looks at one request a batch.
 */
final class Outlook {
    private final BatchPlan target;
    private final BatchPlan lesser;
    private final WaitingRequests waiting;
    private final long[] busy;
    private final long[] free;
    private final long now;

    Outlook(BatchPlan target, BatchPlan lesser, WaitingRequests waiting, long[] busyNanos, long nowNanos) {
        this.target = target;
        this.lesser = lesser;
        this.waiting = waiting;
        this.busy = busyNanos;
        this.free = new long[busyNanos.length];
        this.now = nowNanos;
    }

    /** How many of the first ones may be degraded. */
    int degradable() {
        int first = 0;
        while (first < waiting.requests() && waiting.degradable(first)) {
            first++;
        }
        return first;
    }

    /** The fewest of the first ones whose degrading leaves as few late as degrading all that may be would. */
    int fewest() {
        int none = late(0);
        if (none == 0) {
            return 0;
        }
        int low = 0;
        int high = degradable();
        int best = late(high);
        if (none <= best) {
            return 0;
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (late(middle) <= best) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /**
     * As many of those items as the next batch of the target variant may hold for its first request to be in time not
     * by luck only: where nobody would be late, the rest is in time behind it.
     */
    int sure(int items) {
        int size = size(target, waiting.deadlineNanos(0) - now);
        boolean fewer = size >= waiting.itemsOf(0) && size < items;
        return fewer && late(0) == 0 ? size : items;
    }

    /** How many would be late. */
    int late(int degraded) {
        System.arraycopy(busy, 0, free, 0, busy.length);
        int all = waiting.requests();
        double each = (double) waiting.items() / all;
        int late = 0;
        int next = 0;
        while (next < all) {
            BatchPlan plan = next < degraded ? lesser : target;
            int engine = firstFree();
            long slack = waiting.deadlineNanos(next) - now - Math.max(0, free[engine]);
            int own = waiting.itemsOf(next);
            int size = size(plan, slack);
            if (size < own && slack < plan.expectedNanos(own) + risk(plan)) {
                late++;
                next++;
                continue;
            }
            int left = (next < degraded ? degraded : all) - next;
            int count = Math.clamp((int) (size / each), 1, left);
            free[engine] += plan.expectedNanos((int) Math.ceil(count * each));
            next += count;
        }
        return late;
    }

    private static int size(BatchPlan plan, long slack) {
        return plan.efficient(plan.within(slack - risk(plan)));
    }

    /** As under overload: lesser quality buys certainty. */
    private static long risk(BatchPlan plan) {
        return (long) (BatchPlan.margin(1) * plan.spreadNanos(plan.maxBatchSize()));
    }

    private int firstFree() {
        int first = 0;
        for (int engine = 1; engine < free.length; engine++) {
            first = free[engine] < free[first] ? engine : first;
        }
        return first;
    }
}
