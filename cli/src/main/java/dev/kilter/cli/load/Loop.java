package dev.kilter.cli.load;

/**
 * One thread and its clock. All of a generator's work, and its target's, is done there, so nothing in it needs a lock.
 */
public interface Loop {

    /** Now, nanoseconds of a clock that never goes back. */
    long nanos();

    /** Runs the task soon, after what is queued already; from any thread. */
    void execute(Runnable task);

    /** Runs the task at that time of {@link #nanos}, or soon if it is past; from the loop's own thread. */
    void at(long nanos, Runnable task);
}
