package dev.kilter.runtime.batch;

/** What became of a request that was offered to a queue. */
public sealed interface Offer {

    Offer ACCEPTED = new Accepted();

    /** It waits, and will be answered. */
    record Accepted() implements Offer {}

    /**
     * The bound of the queue is reached.
     *
     * @param waiting requests in it
     * @param answerNanos how long an answer would take, as far as known
     */
    record Full(int waiting, long answerNanos) implements Offer {}

    /**
     * Its answer would come after its deadline.
     *
     * @param answerNanos how long an answer would take
     * @param lateNanos how much too long that is
     */
    record Late(long answerNanos, long lateNanos) implements Offer {}

    /** Nothing is taken in any more. */
    record Closed() implements Offer {}
}
