package dev.kilter.core.batching;

/**
 * What a cost curve says about batches, read anew every {@value #AGE_MILLIS} ms if it goes on learning, and when it is
 * another curve or another limit. One thread at a time.
 */
public final class RecentPlan {
    private static final long AGE_MILLIS = 100;

    private final int engines;
    private BatchCost cost = BatchCost.unknown();
    private BatchPlan plan;
    private long readNanos;

    /** @param engines instances that share the queue, at least 1 */
    public RecentPlan(int engines) {
        if (engines < 1) {
            throw new IllegalArgumentException("engines: " + engines + " (expected: >= 1)");
        }
        this.engines = engines;
    }

    /** As of now, or of a moment ago: the same object until it is read anew. */
    public BatchPlan of(BatchCost current, int maxBatchSize, long nowNanos) {
        boolean same = plan != null && plan.maxBatchSize() == maxBatchSize && cost.equals(current);
        boolean old = current.learns() && nowNanos - readNanos >= AGE_MILLIS * 1_000_000;
        if (!same || old) {
            cost = current;
            plan = BatchPlan.of(current, maxBatchSize, engines);
            readNanos = nowNanos;
        }
        return plan;
    }
}
