package dev.kilter.cli.local;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs something at a steady pace on a thread of its own; a failure is logged, and the next turn comes all the same.
 */
public final class Ticker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduledExecutorService thread;
    private final ScheduledFuture<?> turns;

    private Ticker(ScheduledExecutorService thread, ScheduledFuture<?> turns) {
        this.thread = thread;
        this.turns = turns;
    }

    /** Starts; the first turn comes after one period. */
    public static Ticker start(String name, Duration period, Runnable turn) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        Runnable guarded = () -> {
            try {
                turn.run();
            } catch (RuntimeException e) {
                LOG.warn("{}: {}", name, e.getMessage(), e);
            }
        };
        return new Ticker(
                thread,
                thread.scheduleAtFixedRate(guarded, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Lets the running turn finish. */
    @Override
    public void close() {
        turns.cancel(false);
        thread.close();
    }
}
