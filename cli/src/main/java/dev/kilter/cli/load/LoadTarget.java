package dev.kilter.cli.load;

/** Where requests go. Everything in here happens on the generator's {@link Loop}. */
public interface LoadTarget {

    /**
     * Sends one request, or keeps it until it can be sent; never blocks. The sink hears of it exactly once, at the
     * latest when the target's timeout, counted from {@code due}, is over.
     *
     * @param due when it was to be sent, in the loop's nanoseconds; given back with the reply
     */
    void send(long due, Sink sink);

    /** Gives up what has no answer yet: it counts as {@link Reply#TIMED_OUT}. */
    void abandon();

    /** Who hears of replies. */
    @FunctionalInterface
    interface Sink {
        void replied(long due, Reply reply);
    }

    /** What became of a request. */
    enum Reply {
        ANSWERED,
        /**
         * Refused by admission or for want of a ready pod: 429, 503, 504, RESOURCE_EXHAUSTED, UNAVAILABLE and the like.
         */
        REFUSED,
        /** Any other answer, or a connection that broke or was not made. */
        FAILED,
        /** No answer in time. */
        TIMED_OUT,
        /** Never sent: as many requests were in flight as the generator may have. */
        NOT_SENT
    }
}
