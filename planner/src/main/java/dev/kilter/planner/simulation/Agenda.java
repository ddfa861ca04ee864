package dev.kilter.planner.simulation;

import dev.kilter.core.simulation.SimulatedReplica;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What happens at known times, but for requests: ticks, starts, faults. Of equal times in the order of being set; what
 * is done again and again keeps its place.
 */
final class Agenda {
    private record Entry(long at, long order, Runnable action) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
    private long order;

    void at(long nanos, Runnable action) {
        entries.add(new Entry(nanos, order++, action));
    }

    /** Now, at {@code nanos}, and again and again after each period. */
    void every(long periodNanos, long nanos, Runnable action) {
        every(periodNanos, nanos, order++, action);
    }

    long time() {
        Entry next = entries.peek();
        return next == null ? SimulatedReplica.NEVER : next.at();
    }

    void runNext() {
        entries.remove().action().run();
    }

    private void every(long periodNanos, long nanos, long place, Runnable action) {
        entries.add(new Entry(nanos, place, () -> {
            action.run();
            every(periodNanos, nanos + periodNanos, place, action);
        }));
    }
}
