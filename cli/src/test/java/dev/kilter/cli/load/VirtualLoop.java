package dev.kilter.cli.load;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** A loop in virtual time, run by the test's own thread. */
final class VirtualLoop implements Loop {

    private record Task(long at, long order, Runnable work) {}

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Task> timed =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now = 1_000_000_000L;
    private long order;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public void at(long nanos, Runnable task) {
        timed.add(new Task(nanos, order++, task));
    }

    /** The thread is busy with something else for so long. */
    void stall(long nanos) {
        now += nanos;
    }

    /** Runs to the end of all work. */
    void run() {
        while (!ready.isEmpty() || !timed.isEmpty()) {
            if (ready.isEmpty()) {
                now = Math.max(now, timed.peek().at());
                ready.add(timed.poll().work());
            }
            ready.poll().run();
        }
    }
}
