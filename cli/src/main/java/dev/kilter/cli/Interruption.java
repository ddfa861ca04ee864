package dev.kilter.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM as something to wait for: the command ends in order, and only then the process. Closing says that
 * it has.
 */
final class Interruption implements AutoCloseable {

    private static final long LONGEST_END_SECONDS = 120;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread command = Thread.currentThread();

    private Interruption() {}

    /** From now on an interruption is told instead of ending the process. */
    static Interruption install() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::ask, "interruption"));
        return interruption;
    }

    /** Whether it came. */
    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits; whether it came. */
    boolean await(Duration patience) {
        try {
            return asked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return isAsked();
        }
    }

    @Override
    public void close() {
        ended.countDown();
    }

    private void ask() {
        asked.countDown();
        // Whatever it waits for: it is to go on and end in order.
        if (ended.getCount() > 0) {
            command.interrupt();
        }
        try {
            ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
