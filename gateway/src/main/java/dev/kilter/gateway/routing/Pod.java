package dev.kilter.gateway.routing;

import dev.kilter.core.balancing.Candidate;
import dev.kilter.core.balancing.Pace;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Deadlines that may pass in a row, with no answer between them, before it is left alone as well. */
    private static final int MOST_SILENCES = 3;

    private final PodAddress address;
    private final Pool pool;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final LongAdder answers = new LongAdder();
    private final LongAdder answerNanos = new LongAdder();
    private final AtomicInteger silences = new AtomicInteger();
    private final AtomicBoolean doubted = new AtomicBoolean();
    private volatile Pace pace = Pace.UNKNOWN;
    private volatile Aside unreached = Aside.NEVER;
    private volatile Aside unheard = Aside.NEVER;

    /** How often in a row something failed, and until when ({@code System.nanoTime()}) the pod is left alone for it. */
    private record Aside(int failures, long untilNanos) {
        static final Aside NEVER = new Aside(0, 0);

        boolean over(long nowNanos) {
            return failures == 0 || nowNanos - untilNanos >= 0;
        }

        /** After one more failure; one of a request that was sent before it was left alone tells nothing new. */
        Aside longer(long nowNanos) {
            return failures > 0 && !over(nowNanos)
                    ? this
                    : new Aside(failures + 1, nowNanos + (FIRST_ASIDE_NANOS << Math.min(failures, MAX_DOUBLINGS)));
        }
    }

    Pod(PodAddress address, Pool pool) {
        this.address = address;
        this.pool = pool;
    }

    /** Where it serves. */
    public PodAddress address() {
        return address;
    }

    Pool pool() {
        return pool;
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

    /** What became of a request that was sent there; one that is the client's fault counts as nothing. */
    public void counts(Outcome outcome) {
        pool.counts(outcome);
    }

    /** It answered a request well, after this time. */
    public void answered(long nanos) {
        answers.increment();
        answerNanos.add(nanos);
    }

    /** It said something: it is no longer left alone. */
    public void reached() {
        if (unreached.failures() > 0) {
            unreached = Aside.NEVER;
        }
        if (silences.get() > 0) {
            silences.set(0);
            unheard = Aside.NEVER;
        }
    }

    /** No connection could be made: leaves it alone, the longer the more often in a row. */
    public void unreachable(long nowNanos) {
        unreached = unreached.longer(nowNanos);
    }

    /**
     * A connection broke, or none could be made: it is not called until {@link #trust()}.
     *
     * @return whether nobody doubted it yet
     */
    public boolean doubt() {
        return doubted.compareAndSet(false, true);
    }

    /** A connection can be made. */
    public void trust() {
        doubted.set(false);
    }

    /**
     * The deadline of a request passed that it had. One that accepts and never answers would otherwise keep its share
     * for ever; one that is only slow answers in between.
     */
    public void silent(long nowNanos) {
        if (silences.incrementAndGet() >= MOST_SILENCES) {
            unheard = unheard.longer(nowNanos);
        }
    }

    /** Whether it may be called now. */
    public boolean reachable(long nowNanos) {
        return !doubted.get() && unreached.over(nowNanos);
    }

    /** Whether it has answered of late, or may be tried again; called in any case where no other pod can be. */
    public boolean heard(long nowNanos) {
        return unheard.over(nowNanos);
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
