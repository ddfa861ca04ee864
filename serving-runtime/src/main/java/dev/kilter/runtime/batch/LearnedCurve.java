package dev.kilter.runtime.batch;

import dev.kilter.protocol.RuntimeLoad;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a running pod learns of its own service curve: for each batch size a mean that forgets, and the tail of the last
 * {@value #WINDOW} batches. Thread-safe.
 */
public final class LearnedCurve {

    private static final int WINDOW = 256;
    private static final double FORGETTING = 1.0 / 32;

    private final TreeMap<Integer, Size> sizes = new TreeMap<>();

    /** A batch of that many items took that long in the engine. */
    public synchronized void record(int items, long nanos) {
        sizes.computeIfAbsent(items, _ -> new Size()).add(nanos);
    }

    /**
     * Expected seconds of a batch of that many items; empty while nothing was learnt. Linear between the sizes that
     * ran, level below the smallest, in proportion beyond the largest.
     */
    public synchronized OptionalDouble meanSeconds(int items) {
        Map.Entry<Integer, Size> below = sizes.floorEntry(items);
        Map.Entry<Integer, Size> above = sizes.ceilingEntry(items);
        if (below == null && above == null) {
            return OptionalDouble.empty();
        }
        if (below == null) {
            return OptionalDouble.of(above.getValue().meanNanos / 1e9);
        }
        double low = below.getValue().meanNanos;
        if (above == null) {
            return OptionalDouble.of(low * items / below.getKey() / 1e9);
        }
        if (above.getKey().equals(below.getKey())) {
            return OptionalDouble.of(low / 1e9);
        }
        double part = (double) (items - below.getKey()) / (above.getKey() - below.getKey());
        return OptionalDouble.of((low + part * (above.getValue().meanNanos - low)) / 1e9);
    }

    /** By ascending batch size. */
    public synchronized List<RuntimeLoad.CurvePoint> points() {
        return sizes.entrySet().stream()
                .map(entry -> new RuntimeLoad.CurvePoint(
                        entry.getKey(),
                        entry.getValue().meanNanos / 1e6,
                        Math.max(entry.getValue().meanNanos, entry.getValue().p99Nanos()) / 1e6,
                        entry.getValue().samples))
                .toList();
    }

    private static final class Size {
        private long[] window = new long[8];
        private long samples;
        private double meanNanos;

        void add(long nanos) {
            if (samples == window.length && window.length < WINDOW) {
                window = Arrays.copyOf(window, window.length * 2);
            }
            window[(int) (samples % window.length)] = nanos;
            samples++;
            // A plain mean until it knows enough to forget.
            meanNanos += (nanos - meanNanos) * Math.max(FORGETTING, 1.0 / samples);
        }

        double p99Nanos() {
            long[] sorted = Arrays.copyOf(window, (int) Math.min(samples, window.length));
            Arrays.sort(sorted);
            return sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
        }
    }
}
