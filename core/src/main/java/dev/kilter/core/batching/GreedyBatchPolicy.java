package dev.kilter.core.batching;

/**
 * Runs what is queued as soon as an engine is free. Under load the queue fills while engines are busy, so batches grow
 * by themselves; a lone request never waits unless the operating point allows a delay. The delay counts from the
 * <em>first arrival</em>: time spent waiting for an engine is not waited again.
 */
public record GreedyBatchPolicy() implements BatchPolicy {

    @Override
    public BatchDecision decide(QueueView queue, long nowNanos) {
        if (queue.requests() == 0 || queue.freeEngines() == 0) {
            return new BatchDecision.Idle();
        }
        BatchLimits limits = queue.limits();
        if (queue.items() >= limits.maxBatchSize()) {
            return new BatchDecision.Run(limits.maxBatchSize());
        }
        long maxDelay = limits.maxDelayNanos().orElse(0);
        long waited = nowNanos - queue.firstArrivalNanos();
        return waited >= maxDelay
                ? new BatchDecision.Run(queue.items())
                : new BatchDecision.Wait(queue.firstArrivalNanos() + maxDelay);
    }
}
