package dev.kilter.runtime.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all requests together may hold for their bodies and the tensors decoded from them. A request takes as
 * its body arrives and gives all of it back once it was answered. Thread-safe.
 */
public final class BodyBudget {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limit bytes, at least 1 */
    public BodyBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Takes that many bytes.
     *
     * @throws Rejection refused, if they are not there; nothing was taken then
     */
    void take(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            throw exhausted(bytes);
        }
    }

    /** Complains already now about a body that does not fit; whether one fits is known only when it has arrived. */
    void expect(long bytes) {
        if (bytes > limit - held.get()) {
            throw exhausted(bytes);
        }
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }

    /** The most that may be held. */
    public long limit() {
        return limit;
    }

    private Rejection exhausted(long bytes) {
        return Rejection.outOfMemory("body: " + bytes + " more bytes while requests hold " + held.get()
                + " (expected: at most " + limit + " together); nothing was run, ask again");
    }
}
