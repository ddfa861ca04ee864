package dev.kilter.planner.simulation.control;

/** What pods and gateway count, each from 0 at its start. */
public enum Counter {
    /** Requests that came, whatever became of them. */
    OFFERED,
    /** Requests that were answered well. */
    ANSWERED,
    /** Requests that were answered well within the objective. */
    IN_TIME,
    /** Requests that were refused or given up. */
    REFUSED,
    /** Requests whose answer was lost. */
    FAILED,
    /** Nanoseconds that engines worked, the mean over a pod's engine instances: a second of it a second is full. */
    BUSY_NANOS,
    /** Nanoseconds that requests were there, each counted: its rate is the mean concurrency times 1e9. */
    IN_FLIGHT_NANOS
}
