package dev.kilter.core.batching;

/**
 * What a cost curve says about batches, read once so that a decision costs a few array reads: which sizes are worth
 * running, how large a batch may grow under a deadline, how long waiting for company pays. Policy, admission and
 * capacity planning share it. Immutable.
 */
public final class BatchPlan {
    /** A batch that grows by less than this share of its time grows for nothing: it fills a step of the curve. */
    private static final double NOTHING = 0.03;

    /** What a batch costs beside its curve is worth that share of it: among sizes as good the largest. */
    private static final double AS_GOOD = 0.01;

    /** Waiting for less than this share of the batch is not worth it. */
    private static final double WORTH = 0.125;

    /**
     * With several engines, what comes while a largest batch runs may wait for this share of it and still be in time:
     * otherwise one engine takes all and the rest find little. Found by simulation, flat between a half and one.
     */
    private static final double FOLLOWERS = 0.65;

    /** Below this load of single items the engines keep up without batches, and nobody waits. */
    private static final double BUSY = 0.5;

    /** Arrivals as a share of what full batches serve: below it nobody need be refused. */
    private static final double FULL = 1;

    /**
     * Above it somebody must be refused, whoever it is. The arrival rate is known to some 6 %, so that a replica that
     * is merely full is not taken for an overloaded one.
     */
    private static final double OVERLOAD = 1.15;

    /** Spreads that are kept free under overload: from about the 99th percentile to beyond the 99.9th. */
    private static final double CERTAIN = 1.5;

    /** The same while nobody need be refused: a request is refused if it is late even if all goes well. */
    private static final double HOPEFUL = -1;

    private final int engines;
    private final int max;
    private final long[] expected;
    private final long[] cautious;
    private final int[] efficient;
    private final int[] filled;

    private BatchPlan(BatchCost cost, int max, int engines) {
        this.engines = engines;
        this.max = max;
        expected = new long[max + 1];
        cautious = new long[max + 1];
        efficient = new int[max + 1];
        filled = new int[max + 1];
        for (int n = 1; n <= max; n++) {
            expected[n] = Math.max(expected[n - 1], cost.expectedNanos(n));
            cautious[n] = Math.max(Math.max(cautious[n - 1], expected[n]), cost.cautiousNanos(n));
            int before = efficient[n - 1];
            boolean asGood = (double) n * expected[before] * (1 + AS_GOOD) >= (double) before * expected[n];
            efficient[n] = before == 0 || asGood ? n : before;
        }
        for (int n = max, top = max; n >= 1; n--) {
            while (expected[top] > expected[n] * (1 + NOTHING)) {
                top--;
            }
            filled[n] = top;
        }
    }

    /**
     * Reads the curve.
     *
     * @param maxBatchSize largest batch, items, at least 1
     * @param engines instances that share the queue, at least 1
     */
    public static BatchPlan of(BatchCost cost, int maxBatchSize, int engines) {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (engines < 1) {
            throw new IllegalArgumentException("engines: " + engines + " (expected: >= 1)");
        }
        return new BatchPlan(cost.snapshot(), maxBatchSize, engines);
    }

    /** The largest batch, items. */
    public int maxBatchSize() {
        return max;
    }

    /** Engine instances. */
    public int engines() {
        return engines;
    }

    /** Expected time of a batch, nanoseconds; what is above the largest batch counts as that. */
    public long expectedNanos(int items) {
        return expected[Math.min(items, max)];
    }

    /** Time that hardly any batch exceeds, nanoseconds. */
    public long cautiousNanos(int items) {
        return cautious[Math.min(items, max)];
    }

    /** What a batch may take longer than expected: cautious less expected time, nanoseconds. */
    long spreadNanos(int items) {
        return cautiousNanos(items) - expectedNanos(items);
    }

    /** Of the sizes up to that one, the one that serves most items a second. */
    public int efficient(int items) {
        return efficient[Math.min(items, max)];
    }

    /** The largest batch expected to take at most that long, items; 0: not even one item's. */
    public int within(long nanos) {
        int low = 0;
        int high = max;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (expected[middle] <= nanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * The largest batch, items, for requests that are due so long after their arrival; at least 1. It is in time itself
     * if it starts at once; with several engines, so is what arrives while it runs.
     */
    public int largest(long budgetNanos) {
        double followers = engines == 1 ? 0 : FOLLOWERS;
        int low = 1;
        int high = max;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (cautious[middle] + followers * expected[middle] <= budgetNanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Whether somebody must be refused whatever one does: 0 while nobody need be, 1 under overload, in proportion
     * between.
     *
     * @param largest the largest efficient batch that such requests may share, items
     */
    double overload(double itemsPerSecond, int largest) {
        double load = itemsPerSecond * expected[largest] / (engines * 1e9 * largest);
        return Math.clamp((load - FULL) / (OVERLOAD - FULL), 0, 1);
    }

    /**
     * How many spreads ({@link #spreadNanos}) before its deadline a request must be expected to end, to be let in: less
     * than none while nobody need be refused.
     *
     * @param overload see there
     */
    static double margin(double overload) {
        return HOPEFUL + (CERTAIN - HOPEFUL) * overload;
    }

    /** Whether more items would share a batch of that size for next to nothing. */
    boolean hasRoom(int items) {
        return expected[items] > 0 && filled[items] - items >= Math.max(1, WORTH * items);
    }

    /** Whether a batch of that size may take in so many items more for next to nothing. */
    boolean isFree(int items, int more) {
        return items + more <= filled[Math.min(items, max)];
    }

    /** Whether single items at that rate would keep the engines busy enough for batches to matter. */
    boolean busy(double itemsPerSecond) {
        return itemsPerSecond * expected[1] / 1e9 > BUSY * engines;
    }

    /**
     * How long a batch may wait for company, counted from its first request, at a steady rate: until there is just time
     * enough to run it, where more items cost nothing; else until the engines start evenly one after the other; else
     * not at all.
     *
     * @param budgetNanos from a request's arrival to its deadline
     */
    public long windowNanos(double itemsPerSecond, long budgetNanos) {
        if (!busy(itemsPerSecond)) {
            return 0;
        }
        int largest = largest(budgetNanos);
        int size = steadySize(itemsPerSecond, largest);
        long latest = Math.max(0, budgetNanos - cautious[Math.min(size + 1, max)]);
        if (size < largest && hasRoom(size)) {
            return latest;
        }
        return engines == 1 ? 0 : Math.min(latest, expected[size] / engines);
    }

    /** The smallest batch that keeps up with the rate, or the largest there is. */
    private int steadySize(double itemsPerSecond, int largest) {
        int size = 1;
        while (size < largest && 1e9 * size * engines < itemsPerSecond * expected[size]) {
            size++;
        }
        return size;
    }
}
