package dev.kilter.core.batching;

/** What a batch takes on one engine instance, as far as known: never falls with the number of items. */
public interface BatchCost {

    /** Expected time of a batch of that many items, nanoseconds; 0 while nothing is known. */
    long expectedNanos(int items);

    /** Time that hardly any batch of that many items exceeds, nanoseconds; at least the expected one. */
    long cautiousNanos(int items);

    /**
     * A smaller size that nothing is known of and that may serve as many items a second: worth a run where that costs
     * nobody anything. That many itself if there is none.
     */
    default int worthTrying(int items) {
        return items;
    }

    /** What it says now, however it goes on learning. */
    default BatchCost snapshot() {
        return this;
    }

    /** Whether it may say something else later, so that what was read of it grows old. */
    default boolean learns() {
        return true;
    }

    /** Nothing is known. */
    static BatchCost unknown() {
        return new BatchCost() {
            @Override
            public long expectedNanos(int items) {
                return 0;
            }

            @Override
            public long cautiousNanos(int items) {
                return 0;
            }
        };
    }
}
