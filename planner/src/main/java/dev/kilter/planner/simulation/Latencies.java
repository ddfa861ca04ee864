package dev.kilter.planner.simulation;

import java.util.Arrays;
import java.util.OptionalDouble;

/** A histogram of times in buckets of {@value #STEPS} to a doubling, so that a percentile is off by 0.4 % at most. */
final class Latencies {
    private static final int STEPS = 128;
    private static final int SHIFT = Integer.numberOfTrailingZeros(STEPS);

    private long[] counts = new long[32 * STEPS];
    private long total;

    void add(long nanos) {
        int bucket = bucketOf(Math.max(0, nanos));
        if (bucket >= counts.length) {
            counts = Arrays.copyOf(counts, bucket + STEPS);
        }
        counts[bucket]++;
        total++;
    }

    /** Exact below {@value #STEPS} ns; above, the number's leading bits. */
    private static int bucketOf(long nanos) {
        int magnitude = Math.max(0, 63 - Long.numberOfLeadingZeros(nanos | 1) - SHIFT);
        return magnitude * STEPS + (int) (nanos >>> magnitude);
    }

    private static double middleOf(int bucket) {
        int magnitude = bucket < 2 * STEPS ? 0 : bucket / STEPS - 1;
        return ((bucket - (long) magnitude * STEPS) + (magnitude > 0 ? 0.5 : 0)) * (1L << magnitude);
    }

    /** In seconds; empty where there are none. */
    OptionalDouble quantile(double share) {
        if (total == 0) {
            return OptionalDouble.empty();
        }
        long rank = Math.max(1, (long) Math.ceil(share * total));
        int bucket = 0;
        long seen = counts[0];
        while (seen < rank) {
            bucket++;
            seen += counts[bucket];
        }
        return OptionalDouble.of(middleOf(bucket) / 1e9);
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }
}
