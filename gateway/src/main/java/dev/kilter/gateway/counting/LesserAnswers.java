package dev.kilter.gateway.counting;

import dev.kilter.core.batching.LesserAccount;

/**
 * The account of one model's lesser answers. All its requests come by here, whatever pod they go to, so one that has
 * just started may answer as many as any other. Event loops call it concurrently, briefly.
 */
public final class LesserAnswers {

    private final LesserAccount account = new LesserAccount();

    /**
     * Whether a request that comes now may be degraded; its end is told with its verdict.
     *
     * @param share of the requests that may be, 0..1
     */
    public synchronized boolean permits(double share) {
        return account.permits(share, System.nanoTime());
    }

    /**
     * A request has ended.
     *
     * @param permitted whether it might be degraded
     * @param degraded whether it was
     */
    public synchronized void ended(Verdict verdict, boolean permitted, boolean degraded) {
        if (verdict == Verdict.ANSWERED) {
            account.ran(permitted, degraded, System.nanoTime());
        } else if (permitted) {
            account.withdrawn();
        }
    }

    /** How many requests might be degraded now. */
    synchronized long left(double share) {
        return account.left(share, System.nanoTime());
    }
}
