package dev.kilter.runtime.batch;

/** How much may wait for one model; both bounds hold. */
public record QueueLimits(int requests, int items) {

    /** For a model whose largest batch is that: some dozens of batches, so that the wait stays bounded by time too. */
    public static QueueLimits forBatchSize(int maxBatchSize) {
        return new QueueLimits(Math.max(256, 32 * maxBatchSize), Math.max(256, 64 * maxBatchSize));
    }
}
