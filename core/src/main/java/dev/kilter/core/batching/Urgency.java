package dev.kilter.core.batching;

/**
 * The order in which requests are served: by deadline, shifted by the class of priority. A class later counts as if due
 * so much later, and no more: everybody's turn comes nearer as time passes, and a request of the lowest class is
 * overtaken only by what arrives within {@code (LOWEST - 1)} steps of it. Nobody starves.
 */
public final class Urgency {
    /** Served before all others at equal deadlines. */
    public static final int HIGHEST = 1;

    /** What a request without a priority has. */
    public static final int DEFAULT = 4;

    /** Served after all others at equal deadlines; what is said to be lower counts as this. */
    public static final int LOWEST = 7;

    private Urgency() {}

    /**
     * When the request counts as due, nanoseconds on the deadline's clock: less is more urgent, told by the difference.
     *
     * @param priority as in Triton's schedule policy: 1 is the highest, 0 stands for the default, larger is lower
     * @param stepNanos how much later a class counts; the model's objective
     */
    public static long dueNanos(long deadlineNanos, int priority, long stepNanos) {
        if (priority < 0) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: >= 0)");
        }
        int level = priority == 0 ? DEFAULT : Math.min(priority, LOWEST);
        return deadlineNanos + (level - DEFAULT) * stepNanos;
    }
}
