package dev.kilter.core.batching;

/**
 * Decides when a batch starts. Pure: the same state and time give the same decision; runtime and simulator share it.
 */
public interface BatchPolicy {

    /**
     * What to do with the queue now.
     *
     * @param queue what waits, and the limits in force
     * @param nowNanos on the clock of {@link QueueState#firstArrivalNanos()}; differences alone mean something
     */
    BatchDecision decide(QueueState queue, long nowNanos);
}
