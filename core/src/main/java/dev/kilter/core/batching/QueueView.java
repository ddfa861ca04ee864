package dev.kilter.core.batching;

/** What a policy sees of requests that may share a batch: a view of a live queue, valid during the call alone. */
public interface QueueView extends WaitingRequests {

    /** When that request arrived. */
    long arrivalNanos(int index);

    /** When the oldest of them arrived, whatever its place; meaningless for an empty queue. */
    long firstArrivalNanos();

    /** Engine instances without work. */
    int freeEngines();

    /** The limits in force. */
    BatchLimits limits();

    /** What a batch takes, as far as known. */
    BatchCost cost();

    /** What that says of batches up to the limit, now or a moment ago: the same object until it is read anew. */
    BatchPlan plan(long nowNanos);
}
