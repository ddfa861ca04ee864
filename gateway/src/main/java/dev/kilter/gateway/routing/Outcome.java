package dev.kilter.gateway.routing;

/** What became of a request at a pod that it was sent to, counted from when it was sent there. */
public enum Outcome {
    /** Answered well within the objective. */
    MET,
    /** Answered well, but later; or refused. */
    MISSED,
    /** Failed in any other way that is not the client's fault, or called that what another revision answered. */
    FAILED
}
