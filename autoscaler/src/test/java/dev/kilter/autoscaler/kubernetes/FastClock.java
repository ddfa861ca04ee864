package dev.kilter.autoscaler.kubernetes;

import dev.kilter.autoscaler.LoopRunner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Ten seconds for each of the machine's; for all that a test runs, so that nothing in it waits for minutes. */
final class FastClock implements InstantSource {

    private static final int SPEED = 10;

    /** The loop's, by this clock. */
    static final Duration PERIOD = LoopRunner.PERIOD.dividedBy(SPEED);

    private final Instant started = Instant.now();
    private final long nanos = System.nanoTime();

    @Override
    public Instant instant() {
        return started.plusNanos(SPEED * (System.nanoTime() - nanos));
    }

    /** Lets so much of its time pass. */
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.dividedBy(SPEED));
    }
}
