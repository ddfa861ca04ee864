package dev.kilter.runtime.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What each engine of a queue runs. Guarded by the queue's lock. */
final class EngineSlots {

    /** Null where it runs nothing. */
    private final Batch[] running;

    private final long[] busy;

    EngineSlots(int engines) {
        running = new Batch[engines];
        busy = new long[engines];
    }

    void start(int engine, Batch batch) {
        running[engine] = batch;
    }

    /** The engine is back; with what it ran, if it ran anything. */
    Optional<Batch> end(int engine) {
        Optional<Batch> batch = Optional.ofNullable(running[engine]);
        running[engine] = null;
        return batch;
    }

    List<Batch> running() {
        return Arrays.stream(running).filter(Objects::nonNull).toList();
    }

    /**
     * How long the batch of each is still expected to run, nanoseconds, at least 1; one that has not come for its first
     * batch yet is free: 0. The same array each time, for the caller to use up.
     *
     * @param moreNanos work that goes first and that all of them share
     */
    long[] busyNanos(long moreNanos, long now) {
        long share = moreNanos / running.length;
        for (int engine = 0; engine < running.length; engine++) {
            Batch batch = running[engine];
            busy[engine] = share + (batch == null ? 0 : Math.max(1, batch.formedNanos() + batch.expectedNanos() - now));
        }
        return busy;
    }
}
