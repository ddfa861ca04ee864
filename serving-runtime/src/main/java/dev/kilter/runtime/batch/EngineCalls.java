package dev.kilter.runtime.batch;

import dev.kilter.runtime.waiting.UsualWait;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How engines that find nothing to run wait until they are called. They park. But where work has lately come soon one
 * of them watches for a short while first, and while it watches yields its core to whoever wants it. Every method is
 * called under the queue's lock.
 */
final class EngineCalls {

    private final ReentrantLock lock;
    private final Condition condition;
    private final LongSupplier ticker;
    private final boolean watches;
    private final UsualWait usual = new UsualWait();
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
        usual.waited(ticker.getAsLong() - since);
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
        return watches && !watching && usual.watchPays();
    }

    /** Whether it was called meanwhile. */
    @SuppressWarnings({"ThreadPriorityCheck", "LockNotBeforeTry"}) // who wants the core is to have it; as a wait does
    private boolean watch(long since) {
        watching = true;
        called = false;
        lock.unlock();
        try {
            while (!called && ticker.getAsLong() - since < UsualWait.WATCH_NANOS) {
                Thread.yield();
            }
        } finally {
            lock.lock();
            watching = false;
        }
        return called;
    }
}
