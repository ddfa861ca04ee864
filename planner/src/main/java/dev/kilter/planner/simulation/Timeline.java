package dev.kilter.planner.simulation;

import java.util.SplittableRandom;

/** Virtual time, what is set for later, and the sources of chance. */
final class Timeline {
    final Agenda agenda = new Agenda();
    private final SplittableRandom random;
    private long now;

    Timeline(SplittableRandom random) {
        this.random = random;
    }

    long now() {
        return now;
    }

    void now(long nanos) {
        now = nanos;
    }

    void after(long nanos, Runnable action) {
        agenda.at(now + nanos, action);
    }

    /** A source of its own, so that what one part draws moves no other. */
    SplittableRandom chance() {
        return random.split();
    }
}
