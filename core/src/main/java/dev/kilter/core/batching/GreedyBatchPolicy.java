package dev.kilter.core.batching;

/**
 * Runs what is queued as soon as an engine is free. Under load the queue fills while engines are busy, so batches grow
 * by themselves; a lone request never waits unless the operating point allows a delay. The delay counts from the
 * <em>first arrival</em>: time spent waiting for an engine is not waited again.
 */
public record GreedyBatchPolicy() implements BatchPolicy {

    @Override
    public BatchDecision decide(QueueState queue, long nowNanos) {
        if (queue.items() == 0 || queue.freeEngines() == 0) {
            return new BatchDecision.Idle();
        }
        if (queue.items() >= queue.maxBatchSize()) {
            return new BatchDecision.Run(queue.maxBatchSize());
        }
        long waited = nowNanos - queue.firstArrivalNanos();
        return waited >= queue.maxDelayNanos()
                ? new BatchDecision.Run(queue.items())
                : new BatchDecision.Wait(queue.firstArrivalNanos() + queue.maxDelayNanos());
    }
}
