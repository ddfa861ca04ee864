package dev.kilter.cli.load;

import java.util.concurrent.CompletionStage;

/** Where requests go. */
public interface LoadTarget {

    /** Sends one request without blocking; the stage completes normally in any case. */
    CompletionStage<Reply> send();

    /** What came back. */
    enum Reply {
        ANSWERED,
        /** Refused by admission or for want of a ready pod: 429, 503, 504. */
        REFUSED,
        /** Anything else, a broken connection included. */
        FAILED
    }
}
