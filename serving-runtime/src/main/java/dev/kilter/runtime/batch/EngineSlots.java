package dev.kilter.runtime.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What each engine of a queue runs. Guarded by the queue's lock. */
final class EngineSlots {

    /** Null where it runs nothing. */
    private final Batch[] running;

    EngineSlots(int engines) {
        running = new Batch[engines];
    }

    int count() {
        return running.length;
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

    boolean allBusy() {
        for (Batch batch : running) {
            if (batch == null) {
                return false;
            }
        }
        return true;
    }

    /** How long until an engine is free; one that has not come for its first batch yet is. */
    long freeInNanos(boolean careful, long now) {
        long soonest = Long.MAX_VALUE;
        for (Batch batch : running) {
            long takes = batch == null ? 0 : careful ? batch.cautiousNanos() : batch.expectedNanos();
            long left = batch == null ? 0 : batch.formedNanos() + takes - now;
            soonest = Math.min(soonest, Math.max(0, left));
        }
        return soonest;
    }
}
