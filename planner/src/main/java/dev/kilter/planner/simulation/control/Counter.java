package dev.kilter.planner.simulation.control;

/** What pods and gateway count, each from 0 at its start. */
public enum Counter {
    /** Requests that came, whatever became of them. */
    OFFERED(0),
    /** Requests that were answered well. */
    ANSWERED(1),
    /** Requests that were answered well within the objective. */
    IN_TIME(2),
    /** Requests that were refused or given up. */
    REFUSED(3),
    /** Requests whose answer was lost. */
    FAILED(4),
    /** Nanoseconds that engines worked, the mean over a pod's engine instances: a second of it a second is full. */
    BUSY_NANOS(5),
    /** Nanoseconds that requests were there, each counted: its rate is the mean concurrency times 1e9. */
    IN_FLIGHT_NANOS(6),
    /** Requests that were answered by a lesser variant. */
    DEGRADED(7),
    /** Requests that a lesser variant might still answer at that time; no counter. */
    LESSER_LEFT(8);

    /** How many there are. */
    public static final int COUNT = values().length;

    private final int index;

    Counter(int index) {
        this.index = index;
    }

    /** Its place in an array of all. */
    public int index() {
        return index;
    }
}
