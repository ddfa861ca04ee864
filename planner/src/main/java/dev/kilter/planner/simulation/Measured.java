package dev.kilter.planner.simulation;

import java.time.Duration;
import java.util.Arrays;

/** What a simulated run showed. */
public final class Measured {
    private final long[] sortedNanos;
    private final double meanWaitSeconds;
    private final double meanBatchSize;

    private Measured(long[] sortedNanos, double meanWaitSeconds, double meanBatchSize) {
        this.sortedNanos = sortedNanos;
        this.meanWaitSeconds = meanWaitSeconds;
        this.meanBatchSize = meanBatchSize;
    }

    /** Of the last {@code count} requests; batches are counted over all. */
    static Measured of(long[] latencies, long[] waits, int count, long batches) {
        int from = latencies.length - count;
        long[] sorted = Arrays.copyOfRange(latencies, from, latencies.length);
        Arrays.sort(sorted);
        double wait = Arrays.stream(waits, from, waits.length).average().orElseThrow() / 1e9;
        return new Measured(sorted, wait, (double) latencies.length / batches);
    }

    /** The 99th percentile of the time from arrival to answer, seconds. */
    public double p99Seconds() {
        return sortedNanos[(int) Math.ceil(0.99 * sortedNanos.length) - 1] / 1e9;
    }

    /** The fraction of requests answered within the objective. */
    public double attainment(Duration objective) {
        int within = Arrays.binarySearch(sortedNanos, objective.toNanos());
        int count = within >= 0 ? within : -within - 1;
        while (count < sortedNanos.length && sortedNanos[count] <= objective.toNanos()) {
            count++;
        }
        return (double) count / sortedNanos.length;
    }

    /** Mean time from arrival to the start of one's batch, seconds. */
    public double meanWaitSeconds() {
        return meanWaitSeconds;
    }

    /** Items per batch. */
    public double meanBatchSize() {
        return meanBatchSize;
    }
}
