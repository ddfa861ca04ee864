package dev.kilter.core.batching;

/**
 * Requests in the order in which they are to be served, the most urgent first, index 0. Times are nanoseconds on one
 * monotonic clock, of which only differences mean something.
 */
public interface WaitingRequests {

    /** Requests waiting; 0 where nobody does. */
    int requests();

    /** Items waiting, over all requests. */
    int items();

    /** Items of one request, at least 1. */
    int itemsOf(int index);

    /** When that request's answer is due. */
    long deadlineNanos(int index);

    /** Whether a lesser variant may answer that request. */
    default boolean degradable(int index) {
        return false;
    }

    /** Items that arrive a second, of late; 0 while nothing is known. */
    double itemsPerSecond();

    /** How promises to such requests have been kept. */
    Promises promises();
}
