package dev.kilter.core.batching.rivals;

import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;

/**
 * The adaptive batch limit of Clipper (Crankshaw et al., NSDI 2017, section 4.3.1): one more item as long as full
 * batches run within the latency objective, a tenth less when one does not. Runs what is queued, up to that limit, as
 * soon as an engine is free.
 */
public final class AimdBatchPolicy implements BatchPolicy {
    private static final double BACK_OFF = 0.9;

    private final long objectiveNanos;
    private double limit = 1;

    /** @param objectiveNanos for the time of a batch in the engine */
    public AimdBatchPolicy(long objectiveNanos) {
        if (objectiveNanos <= 0) {
            throw new IllegalArgumentException("objectiveNanos: " + objectiveNanos + " (expected: > 0)");
        }
        this.objectiveNanos = objectiveNanos;
    }

    @Override
    public BatchDecision decide(QueueView queue, long nowNanos) {
        if (queue.requests() == 0 || queue.freeEngines() == 0) {
            return new BatchDecision.Idle();
        }
        limit = Math.min(limit, queue.limits().maxBatchSize());
        return new BatchDecision.Run(Math.min((int) limit, queue.items()));
    }

    @Override
    public void ran(Ran batch) {
        if (batch.nanos() > objectiveNanos) {
            limit = Math.max(1, limit * BACK_OFF);
        } else if (batch.items() >= (int) limit) {
            limit++;
        }
    }
}
