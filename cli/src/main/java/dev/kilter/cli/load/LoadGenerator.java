package dev.kilter.cli.load;

import dev.kilter.cli.load.LoadTarget.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests at the pace it is given. In an open loop a request that cannot be sent because too many are in flight
 * is {@link Reply#NOT_SENT}: such a client does not wait.
 */
public final class LoadGenerator {

    /** So many sent at a stretch, after a delay of its own, before it reads answers again. */
    private static final int BURST = 64;

    /** A closed loop's client whose request went wrong does not hammer. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Loop loop;
    private final Pace pace;
    private final LoadTarget target;
    private final LoadListener listener;
    private final int maxInFlight;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile int inFlight;

    private long start;
    private long next;
    private long drainNanos;
    private boolean sentAll;

    public LoadGenerator(Loop loop, Pace pace, LoadTarget target, LoadListener listener, int maxInFlight) {
        this.loop = loop;
        this.pace = pace;
        this.target = target;
        this.listener = listener;
        this.maxInFlight = maxInFlight;
    }

    /** Runs to the last arrival, or until {@link #stop}; then waits for what is in flight, at most that long. */
    public void run(long maxDrainNanos) throws InterruptedException {
        begin(maxDrainNanos);
        try {
            over.await();
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
    }

    /** Begins, and returns; {@link #await} waits for the end. */
    public void begin(long maxDrainNanos) {
        drainNanos = maxDrainNanos;
        loop.execute(this::first);
    }

    /** Waits for the end of the run; whether it came. */
    public boolean await(long timeoutNanos) throws InterruptedException {
        return over.await(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /** Sends nothing more. */
    public void stop() {
        stopped = true;
        loop.execute(() -> {
            if (start != 0) {
                lastSent();
            }
        });
    }

    /** Requests without an answer yet. */
    public int inFlight() {
        return inFlight;
    }

    private void first() {
        start = loop.nanos();
        switch (pace) {
            case Pace.OpenLoop(Arrivals arrivals) -> {
                next = arrivals.nextNanos();
                sendDue(arrivals);
            }
            case Pace.ClosedLoop(int concurrency, long nanos) -> {
                for (int i = 0; i < concurrency; i++) {
                    sendNext(nanos);
                }
                loop.at(start + nanos, this::lastSent);
            }
        }
    }

    private void sendDue(Arrivals arrivals) {
        int sent = 0;
        while (!stopped && next != Arrivals.END && sent++ < BURST) {
            long due = start + next;
            long late = loop.nanos() - due;
            if (late < 0) {
                loop.at(due, () -> sendDue(arrivals));
                return;
            }
            send(due, late);
            next = arrivals.nextNanos();
        }
        if (stopped || next == Arrivals.END) {
            lastSent();
        } else {
            loop.execute(() -> sendDue(arrivals));
        }
    }

    private void sendNext(long nanos) {
        long now = loop.nanos();
        if (!sentAll && !stopped && now - start < nanos) {
            send(now, 0);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the loop's thread alone.
    private void send(long due, long late) {
        listener.scheduled(due, late);
        if (inFlight >= maxInFlight) {
            listener.completed(due, Reply.NOT_SENT, late);
            return;
        }
        inFlight++;
        target.send(due, this::replied);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the loop's thread alone.
    private void replied(long due, Reply reply) {
        inFlight--;
        listener.completed(due, reply, loop.nanos() - due);
        if (pace instanceof Pace.ClosedLoop(int _, long nanos) && !sentAll) {
            if (reply == Reply.ANSWERED) {
                sendNext(nanos);
            } else {
                loop.at(loop.nanos() + RETRY_NANOS, () -> sendNext(nanos));
            }
        }
        endIfDrained();
    }

    private void lastSent() {
        if (!sentAll) {
            sentAll = true;
            loop.at(loop.nanos() + drainNanos, this::giveUp);
            endIfDrained();
        }
    }

    private void giveUp() {
        if (over.getCount() > 0) {
            target.abandon();
            over.countDown();
        }
    }

    private void endIfDrained() {
        if (sentAll && inFlight == 0) {
            over.countDown();
        }
    }
}
