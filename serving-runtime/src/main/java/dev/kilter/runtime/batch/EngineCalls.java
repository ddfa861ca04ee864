package dev.kilter.runtime.batch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How engines that find nothing to run wait until they are called. They park. But where work has lately come sooner
 * than it takes to park and to be woken twice over, one of them watches for a short while first: it is called by a
 * write to memory instead of a system call, and has not lost its core. While it watches it yields that core to whoever
 * wants it. Every method is called under the queue's lock.
 */
final class EngineCalls {

    /** So long a watch takes at most, and so soon work must come on average for a watch to pay. */
    private static final long WATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A longer wait counts as this long, so that what comes after it is soon believed. */
    private static final long LONG_NANOS = 4 * WATCH_NANOS;

    private static final int SMOOTHING = 8;

    private final ReentrantLock lock;
    private final Condition condition;
    private final LongSupplier ticker;
    private final boolean watches;
    private long usualNanos = LONG_NANOS;
    private boolean watching;
    private volatile boolean called;

    /**
     * @param lock the queue's
     * @param ticker nanoseconds, monotonic; of real time, as parking is
     * @param cores with a single one nobody else could run while an engine watches
     */
    EngineCalls(ReentrantLock lock, LongSupplier ticker, int cores) {
        this.lock = lock;
        this.condition = lock.newCondition();
        this.ticker = ticker;
        this.watches = cores > 1;
    }

    /** Calls one that waits, if any does. */
    void one() {
        if (watching) {
            called = true;
        } else {
            condition.signal();
        }
    }

    /** Calls all that wait. */
    void all() {
        called = true;
        condition.signalAll();
    }

    /** Gives the lock up until called. May return for no reason. */
    @SuppressWarnings("WaitNotInLoop") // the queue looks again, whatever woke it
    void await() throws InterruptedException {
        long since = ticker.getAsLong();
        if (!watchPays() || !watch(since)) {
            condition.await();
        }
        usualNanos += (Math.min(ticker.getAsLong() - since, LONG_NANOS) - usualNanos) / SMOOTHING;
    }

    /** Gives the lock up until called, but no longer than that. May return for no reason. */
    @SuppressWarnings("WaitNotInLoop") // as above
    void await(long nanos) throws InterruptedException {
        condition.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether an engine that waits now watches. */
    boolean watched() {
        return watching;
    }

    /** One watcher is enough: it calls the others. */
    private boolean watchPays() {
        return watches && !watching && usualNanos < WATCH_NANOS;
    }

    /** Whether it was called meanwhile. */
    @SuppressWarnings({"ThreadPriorityCheck", "LockNotBeforeTry"}) // who wants the core is to have it; as a wait does
    private boolean watch(long since) {
        watching = true;
        called = false;
        lock.unlock();
        try {
            while (!called && ticker.getAsLong() - since < WATCH_NANOS) {
                Thread.yield();
            }
        } finally {
            lock.lock();
            watching = false;
        }
        return called;
    }
}
