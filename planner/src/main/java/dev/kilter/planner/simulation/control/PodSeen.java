package dev.kilter.planner.simulation.control;

/**
 * One pod as the API server tells of it. Those that drain are not told of.
 *
 * @param id of this pod alone
 * @param phase how far it has come
 * @param createdNanos when it was asked for
 * @param startedNanos when it got its place; meaningless while pending
 * @param readyNanos when it became ready; meaningless before
 * @param metrics scraped from it, since it is ready
 */
public record PodSeen(int id, Phase phase, long createdNanos, long startedNanos, long readyNanos, Metrics metrics) {

    /** How far a pod has come. */
    public enum Phase {
        /** No node has room for it yet. */
        PENDING,
        /** It has its place, and starts. */
        STARTING,
        /** It serves. */
        READY
    }

    /** Whether it serves. */
    public boolean ready() {
        return phase == Phase.READY;
    }
}
