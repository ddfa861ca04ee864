package dev.kilter.planner;

import java.time.Duration;

/** Whether a class has room for the replicas that a pool wants of it. */
public enum Room {

    /** Some have lacked a node for the class's timeout: it counts as full. */
    FULL,

    /** None has lacked one for as long. */
    FREE,

    /** The one or the other, not for long enough to count. */
    UNSETTLED;

    /**
     * Judges.
     *
     * @param lacking whether a wanted replica has no node now
     * @param lasting for how long that has been so
     * @param timeout after which it counts
     */
    public static Room of(boolean lacking, Duration lasting, Duration timeout) {
        if (lasting.compareTo(timeout) < 0) {
            return UNSETTLED;
        }
        return lacking ? FULL : FREE;
    }
}
