package dev.kilter.gateway.counting;

import dev.kilter.protocol.GatewayLoad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;

/**
 * Latencies by bounds that are common to all models, and one more at the objective. Event loops record concurrently.
 */
final class LatencyHistogram {

    private static final double[] COMMON_BOUNDS_MILLIS = {
        1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 3_000, 5_000, 10_000,
        30_000
    };

    /** Ascending; a latency belongs to the first bound that is not below it, or to the one counter more at the end. */
    private final double[] boundsMillis;

    private final LongAdder[] counts;
    private final LongAdder totalNanos = new LongAdder();

    LatencyHistogram(double sloMillis) {
        boundsMillis = DoubleStream.concat(
                        Arrays.stream(COMMON_BOUNDS_MILLIS),
                        sloMillis > 0 && Double.isFinite(sloMillis) ? DoubleStream.of(sloMillis) : DoubleStream.empty())
                .sorted()
                .distinct()
                .toArray();
        counts = new LongAdder[boundsMillis.length + 1];
        Arrays.setAll(counts, i -> new LongAdder());
    }

    /**
     * The same counts with the bound at another objective. No count at a common bound falls; what lies in the new
     * bound's bucket counts as above it.
     */
    LatencyHistogram withSlo(double sloMillis) {
        LatencyHistogram next = new LatencyHistogram(sloMillis);
        for (int i = 0; i < counts.length; i++) {
            double upTo = i < boundsMillis.length ? boundsMillis[i] : Double.POSITIVE_INFINITY;
            next.counts[next.bucket(upTo)].add(counts[i].sum());
        }
        next.totalNanos.add(totalNanos.sum());
        return next;
    }

    void record(long nanos) {
        counts[bucket(nanos / 1e6)].increment();
        totalNanos.add(nanos);
    }

    private int bucket(double millis) {
        int found = Arrays.binarySearch(boundsMillis, millis);
        return found >= 0 ? found : -found - 1;
    }

    double totalSeconds() {
        return totalNanos.sum() / 1e9;
    }

    /** Cumulative; the last is unbounded, told as 0. */
    List<GatewayLoad.Bucket> cumulative() {
        List<GatewayLoad.Bucket> buckets = new ArrayList<>(counts.length);
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i].sum();
            buckets.add(new GatewayLoad.Bucket(i < boundsMillis.length ? boundsMillis[i] : 0, count));
        }
        return buckets;
    }
}
