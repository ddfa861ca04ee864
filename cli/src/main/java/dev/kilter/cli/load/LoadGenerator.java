package dev.kilter.cli.load;

import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at their scheduled times, whether or not earlier ones were answered. A request that cannot be sent
 * because too many are in flight counts as failed: an open-loop client does not wait.
 */
public final class LoadGenerator {

    private final PoissonArrivals arrivals;
    private final LoadTarget target;
    private final LoadStatistics statistics;
    private final int maxInFlight;
    private final Semaphore inFlight;
    private volatile boolean stopped;

    public LoadGenerator(PoissonArrivals arrivals, LoadTarget target, LoadStatistics statistics, int maxInFlight) {
        this.arrivals = arrivals;
        this.target = target;
        this.statistics = statistics;
        this.maxInFlight = maxInFlight;
        this.inFlight = new Semaphore(maxInFlight);
    }

    /** Runs to the last arrival, or until {@link #stop}; then waits for what is in flight, at most that long. */
    public void run(long maxDrainNanos) throws InterruptedException {
        long start = System.nanoTime();
        for (OptionalLong next = arrivals.nextNanos(); next.isPresent(); next = arrivals.nextNanos()) {
            long due = start + next.getAsLong();
            waitUntil(due);
            if (stopped) {
                break;
            }
            send(due);
        }
        if (inFlight.tryAcquire(maxInFlight, maxDrainNanos, TimeUnit.NANOSECONDS)) {
            inFlight.release(maxInFlight);
        }
    }

    /** Sends nothing more. */
    public void stop() {
        stopped = true;
    }

    /** Requests without an answer yet. */
    public int inFlight() {
        return maxInFlight - inFlight.availablePermits();
    }

    private void send(long due) {
        statistics.scheduled(System.nanoTime() - due);
        if (!inFlight.tryAcquire()) {
            statistics.notSent();
            return;
        }
        target.send().whenComplete((reply, error) -> {
            inFlight.release();
            statistics.completed(error == null ? reply : LoadTarget.Reply.FAILED, System.nanoTime() - due);
        });
    }

    private void waitUntil(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
