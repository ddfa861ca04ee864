package dev.kilter.autoscaler.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The extremes of what was recommended over a sliding window. Only what can still become the extreme is kept, so a
 * steady load costs one entry whatever the window. Immutable.
 */
record Recommendations(boolean upwards, List<Entry> entries) {

    record Entry(Instant at, int replicas) {}

    static Recommendations highest() {
        return new Recommendations(true, List.of());
    }

    static Recommendations lowest() {
        return new Recommendations(false, List.of());
    }

    /** With one more; what is older than the window, or can no longer matter, is dropped. */
    Recommendations with(Instant at, int replicas, Duration window) {
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            boolean inWindow = entry.at().isAfter(at.minus(window));
            boolean matters = upwards ? entry.replicas() > replicas : entry.replicas() < replicas;
            if (inWindow && matters) {
                kept.add(entry);
            }
        }
        kept.add(new Entry(at, replicas));
        return new Recommendations(upwards, List.copyOf(kept));
    }

    /** The extreme of the window; there must have been a recommendation. */
    int extreme() {
        return entries.getFirst().replicas();
    }

    /** When the extreme was recommended. */
    Instant extremeAt() {
        return entries.getFirst().at();
    }
}
