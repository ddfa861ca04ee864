package dev.kilter.gateway.routing;

import dev.kilter.core.balancing.Candidate;
import dev.kilter.core.balancing.Pace;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One pod as the gateway knows it. The same object for as long as the pod is listed, so that what was learnt stays.
 * Event loops count on it concurrently; {@link Pool} alone sets its pace.
 */
public final class Pod implements Candidate {

    /** After the first failed connection; doubles with each further one. */
    private static final long FIRST_ASIDE_NANOS = 100_000_000L;

    private static final int MAX_DOUBLINGS = 7;

    private final PodAddress address;
    private final Pool pool;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final LongAdder answers = new LongAdder();
    private final LongAdder answerNanos = new LongAdder();
    private volatile Pace pace = Pace.UNKNOWN;
    private volatile Aside aside = Aside.NEVER;

    /** How often in a row no connection could be made, and until when ({@code System.nanoTime()}) it is left alone. */
    private record Aside(int failures, long untilNanos) {
        static final Aside NEVER = new Aside(0, 0);
    }

    Pod(PodAddress address, Pool pool) {
        this.address = address;
        this.pool = pool;
    }

    /** Where it serves. */
    public PodAddress address() {
        return address;
    }

    @Override
    public int outstanding() {
        return outstanding.get();
    }

    @Override
    public double weight() {
        return pool.podWeight() * pace.factor();
    }

    /** A request is sent there; {@link #ended()} must follow. */
    public void sent() {
        outstanding.incrementAndGet();
        pool.sent();
    }

    /** A request sent there has ended, in whatever way. */
    public void ended() {
        outstanding.decrementAndGet();
        pool.ended();
    }

    /** It answered a request well, after this time. */
    public void answered(long nanos) {
        answers.increment();
        answerNanos.add(nanos);
    }

    /** A connection was there: it is no longer left alone. */
    public void reached() {
        if (aside.failures() > 0) {
            aside = Aside.NEVER;
        }
    }

    /** No connection could be made: leaves it alone, the longer the more often in a row. */
    public void unreachable(long nowNanos) {
        Aside before = aside;
        if (before.failures() > 0 && nowNanos - before.untilNanos() < 0) {
            return; // Sent before it was set aside: the same failure, told again.
        }
        int failures = before.failures() + 1;
        aside = new Aside(failures, nowNanos + (FIRST_ASIDE_NANOS << Math.min(failures - 1, MAX_DOUBLINGS)));
    }

    /** Whether it may be called now. */
    public boolean reachable(long nowNanos) {
        Aside now = aside;
        return now.failures() == 0 || nowNanos - now.untilNanos() >= 0;
    }

    Pace pace() {
        return pace;
    }

    void pace(Pace next) {
        pace = next;
    }

    Pace.Window takeWindow() {
        return new Pace.Window(answers.sumThenReset(), answerNanos.sumThenReset() / 1e9);
    }

    @Override
    public String toString() {
        return pool.name() + "/" + address;
    }
}
