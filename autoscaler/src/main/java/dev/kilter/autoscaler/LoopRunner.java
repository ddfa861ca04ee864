package dev.kilter.autoscaler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ticks a loop on a thread of its own until closed. A tick that fails is logged; the next one comes all the same. */
public final class LoopRunner implements AutoCloseable {

    /** How often load is read and counts are decided. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(LoopRunner.class);

    private final ScalingLoop loop;
    private final InstantSource clock;
    private final Consumer<List<Decided>> ticked;
    private final ScheduledExecutorService thread;

    private LoopRunner(ScalingLoop loop, InstantSource clock, Consumer<List<Decided>> ticked) {
        this.loop = loop;
        this.clock = clock;
        this.ticked = ticked;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("scaling-loop").daemon().factory());
    }

    /**
     * Starts ticking at once.
     *
     * @param ticked hears what each tick decided, on the loop's thread
     */
    public static LoopRunner start(
            ScalingLoop loop, InstantSource clock, Duration period, Consumer<List<Decided>> ticked) {
        LoopRunner runner = new LoopRunner(loop, clock, ticked);
        runner.thread.scheduleWithFixedDelay(runner::tick, 0, period.toMillis(), TimeUnit.MILLISECONDS);
        return runner;
    }

    private void tick() {
        try {
            ticked.accept(loop.tick(clock.instant()));
        } catch (RuntimeException e) {
            LOG.warn("A tick failed: {}", e.getMessage(), e);
        }
    }

    /** Lets the running tick finish, for a few seconds at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
