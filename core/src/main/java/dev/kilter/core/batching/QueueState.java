package dev.kilter.core.batching;

/**
 * What a policy sees of requests that may share a batch.
 *
 * @param items waiting, over all requests; 0 for an empty queue
 * @param firstArrivalNanos when the oldest of them arrived, on a monotonic clock; meaningless for an empty queue
 * @param freeEngines engine instances without work
 * @param maxBatchSize largest batch in force, items
 * @param maxDelayNanos how long a batch may wait for company, from its first arrival; 0: not at all
 */
public record QueueState(int items, long firstArrivalNanos, int freeEngines, int maxBatchSize, long maxDelayNanos) {
    public QueueState {
        if (items < 0) {
            throw new IllegalArgumentException("items: " + items + " (expected: >= 0)");
        }
        if (freeEngines < 0) {
            throw new IllegalArgumentException("freeEngines: " + freeEngines + " (expected: >= 0)");
        }
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        if (maxDelayNanos < 0) {
            throw new IllegalArgumentException("maxDelayNanos: " + maxDelayNanos + " (expected: >= 0)");
        }
    }
}
