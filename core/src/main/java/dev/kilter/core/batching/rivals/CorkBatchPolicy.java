package dev.kilter.core.batching.rivals;

import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The rule of BentoML's CORK dispatcher (1.1, {@code marshal/dispatcher.py}). A line through the last 50 batches
 * predicts the time of a batch; a free engine waits while n times the age of the newest request and an item's time stay
 * below the recent mean wait; the oldest request is given up when it would be late.
 *
 * <p>Kinder than the original in three ways: requests leave in the queue's order, where CORK takes the newest first; it
 * looks again when something happens or its rule turns, where CORK polls every millisecond; and it learns from the
 * first batch on, without a training phase.
 */
public final class CorkBatchPolicy implements BatchPolicy {
    private static final int KEPT = 50;
    private static final long REFRESH_NANOS = 5_000_000_000L;
    private static final double DECAY = 0.95;
    private static final double TICK_NANOS = 1e6;

    private record Sample(int items, double nanos, double waited) {}

    private final long objectiveNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private double perItem;
    private double fixed;
    private double wait = 10e6;
    private int batches;
    private long refreshed = Long.MIN_VALUE;

    /** @param objectiveNanos the largest latency, {@code max_latency_ms} of the original */
    public CorkBatchPolicy(long objectiveNanos) {
        if (objectiveNanos <= 0) {
            throw new IllegalArgumentException("objectiveNanos: " + objectiveNanos + " (expected: > 0)");
        }
        this.objectiveNanos = objectiveNanos;
        this.perItem = Math.min(2e9, objectiveNanos * 2.0 / 30);
        this.fixed = Math.min(1e9, objectiveNanos / 30.0);
    }

    @Override
    public BatchDecision decide(QueueView queue, long nowNanos) {
        int waiting = queue.requests();
        if (waiting == 0) {
            return new BatchDecision.Idle();
        }
        refresh(nowNanos);
        double first = nowNanos - queue.arrivalNanos(0);
        if (waiting > 1 && first + perItem * waiting + fixed >= objectiveNanos) {
            return new BatchDecision.Drop(1);
        }
        if (queue.freeEngines() == 0) {
            return new BatchDecision.Idle();
        }
        double newest = nowNanos - queue.arrivalNanos(waiting - 1);
        double corked = wait * DECAY / waiting - TICK_NANOS - perItem;
        if (queue.items() < queue.limits().maxBatchSize() && newest <= corked) {
            return new BatchDecision.Wait(queue.arrivalNanos(waiting - 1) + (long) corked + 1);
        }
        int items = Math.min(queue.items(), queue.limits().maxBatchSize());
        return new BatchDecision.Run(items);
    }

    @Override
    public void ran(Ran batch) {
        batches++;
        if (batches <= 2) {
            return;
        }
        samples.addLast(
                new Sample(batch.items(), (double) batch.nanos(), (double) (batch.slowestNanos() - batch.nanos())));
        if (samples.size() > KEPT) {
            samples.removeFirst();
        }
    }

    private void refresh(long nowNanos) {
        boolean due = refreshed == Long.MIN_VALUE ? samples.size() >= 3 : nowNanos - refreshed >= REFRESH_NANOS;
        if (!due || samples.isEmpty()) {
            return;
        }
        refreshed = nowNanos;
        double meanItems = samples.stream().mapToDouble(Sample::items).average().orElseThrow();
        double meanNanos = samples.stream().mapToDouble(Sample::nanos).average().orElseThrow();
        wait = samples.stream().mapToDouble(Sample::waited).average().orElseThrow();
        double spread = 0;
        double together = 0;
        for (Sample sample : samples) {
            spread += (sample.items() - meanItems) * (sample.items() - meanItems);
            together += (sample.items() - meanItems) * (sample.nanos() - meanNanos);
        }
        // A single size tells no slope: the least-norm solution of the original's least squares.
        double slope = spread > 0 ? together / spread : meanNanos * meanItems / (meanItems * meanItems + 1);
        perItem = Math.max(1_000, slope);
        fixed = Math.max(0, meanNanos - slope * meanItems);
    }
}
