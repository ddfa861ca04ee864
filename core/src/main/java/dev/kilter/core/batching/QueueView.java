package dev.kilter.core.batching;

/**
 * What a policy sees of requests that may share a batch, in the order in which they are to be served: the most urgent
 * first, index 0. A view of a live queue: valid during the call alone. Times are nanoseconds on one monotonic clock, of
 * which only differences mean something.
 */
public interface QueueView {

    /** Requests waiting; 0 for an empty queue. */
    int requests();

    /** Items waiting, over all requests. */
    int items();

    /** Items of one request, at least 1. */
    int itemsOf(int index);

    /** When that request arrived. */
    long arrivalNanos(int index);

    /** When that request's answer is due. */
    long deadlineNanos(int index);

    /** When the oldest of them arrived, whatever its place; meaningless for an empty queue. */
    long firstArrivalNanos();

    /** Engine instances without work. */
    int freeEngines();

    /** The limits in force. */
    BatchLimits limits();

    /** What a batch takes, as far as known. */
    BatchCost cost();

    /** Items that arrive a second, of late; 0 while nothing is known. */
    double itemsPerSecond();
}
