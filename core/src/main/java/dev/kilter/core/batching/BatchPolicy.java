package dev.kilter.core.batching;

/**
 * Decides when a batch starts. Knows no queue, clock or thread; the same view, time and past give the same decision.
 * Runtime and simulator share it. One policy serves one queue and is called by one thread at a time.
 */
public interface BatchPolicy {

    /**
     * What to do with the queue now.
     *
     * @param nowNanos on the clock of {@link QueueView#arrivalNanos}
     */
    BatchDecision decide(QueueView queue, long nowNanos);

    /** A batch came back; for policies that learn from what happened. */
    default void ran(Ran batch) {}

    /**
     * A batch that came back.
     *
     * @param items in it
     * @param nanos its time in the engine
     * @param slowestNanos from the arrival of its oldest request to its answer
     */
    record Ran(int items, long nanos, long slowestNanos) {}
}
