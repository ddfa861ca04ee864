package dev.kilter.runtime.server;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests that are being handled, so that the end can wait for the last one. */
final class InFlight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int requests;

    void enter() {
        lock.lock();
        try {
            requests++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            requests--;
            if (requests == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is none, or that long. Returns whether there is none. */
    boolean awaitNone(Duration longest) throws InterruptedException {
        long nanos = longest.toNanos();
        lock.lock();
        try {
            while (requests > 0 && nanos > 0) {
                nanos = none.awaitNanos(nanos);
            }
            return requests == 0;
        } finally {
            lock.unlock();
        }
    }
}
