package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineCallsTest {

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong now = new AtomicLong(1);
    private final AtomicInteger work = new AtomicInteger();
    private final Condition done = lock.newCondition();
    private Thread engine;

    /** An engine that does one piece of work after another, and waits where there is none. */
    private EngineCalls started(int cores) {
        EngineCalls calls = new EngineCalls(lock, now::get, cores);
        engine = Thread.ofPlatform().start(() -> {
            lock.lock();
            try {
                while (true) {
                    while (work.get() == 0) {
                        calls.await();
                    }
                    work.decrementAndGet();
                    done.signal();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                lock.unlock();
            }
        });
        return calls;
    }

    @AfterEach
    void stop() throws InterruptedException {
        engine.interrupt();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        engine.join();
    }

    /** Once the engine waits: whether it watches, or else is parked. */
    private boolean watchesOnceItWaits(EngineCalls calls) {
        while (true) {
            lock.lock();
            try {
                if (calls.watched()) {
                    return true;
                }
                if (engine.getState() == Thread.State.WAITING && !lock.hasQueuedThread(engine)) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
            Thread.onSpinWait();
        }
    }

    /** Work that comes so long after the engine began to wait, done when this returns. */
    private void work(EngineCalls calls, int times, long micros) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            watchesOnceItWaits(calls);
            now.addAndGet(TimeUnit.MICROSECONDS.toNanos(micros));
            lock.lock();
            try {
                work.incrementAndGet();
                calls.one();
                while (work.get() > 0) { // not by spinning: the engine may need this core
                    done.await();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void anEngineParksUntilWorkHasComeSoonForAWhile() throws Exception {
        EngineCalls calls = started(2);
        assertThat(watchesOnceItWaits(calls)).isFalse();

        work(calls, 3, 20);
        assertThat(watchesOnceItWaits(calls)).isFalse();

        work(calls, 30, 20);
        assertThat(watchesOnceItWaits(calls)).isTrue();
    }

    @Test
    void whoWatchesInVainParksAndSoDoesTheNext() throws Exception {
        EngineCalls calls = started(2);
        work(calls, 50, 120);
        assertThat(watchesOnceItWaits(calls)).isTrue();

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
        while (watchesOnceItWaits(calls)) {
            Thread.onSpinWait(); // until it has looked at the clock
        }
        work(calls, 1, 0);

        assertThat(watchesOnceItWaits(calls)).isFalse();
    }

    @Test
    void everyCallIsHeardHoweverTheEngineWaits() throws Exception {
        EngineCalls calls = started(2);

        for (int i = 0; i < 100; i++) {
            work(calls, 50, 1);
            work(calls, 1, 10_000);
        }

        assertThat(work).hasValue(0);
    }

    @Test
    void onASingleCoreNobodyWatches() throws Exception {
        EngineCalls calls = started(1);

        work(calls, 50, 1);

        assertThat(watchesOnceItWaits(calls)).isFalse();
    }
}
