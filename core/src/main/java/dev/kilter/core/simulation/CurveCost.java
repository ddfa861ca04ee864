package dev.kilter.core.simulation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchCost;

/** What a service curve says of batches: the mean as the expected time, the 99th percentile as the cautious one. */
public final class CurveCost implements BatchCost {
    private final long[] expected;
    private final long[] cautious;

    /** @param error what the truth is multiplied by; 1: known exactly */
    public CurveCost(ServiceCurve curve, int maxBatchSize, double error) {
        expected = new long[maxBatchSize + 1];
        cautious = new long[maxBatchSize + 1];
        for (int n = 1; n <= maxBatchSize; n++) {
            expected[n] = Math.round(curve.meanSeconds(n) * error * 1e9);
            cautious[n] = Math.round(curve.p99Seconds(n) * error * 1e9);
        }
    }

    @Override
    public long expectedNanos(int items) {
        return expected[Math.min(items, expected.length - 1)];
    }

    @Override
    public long cautiousNanos(int items) {
        return cautious[Math.min(items, cautious.length - 1)];
    }

    @Override
    public boolean learns() {
        return false;
    }
}
