package dev.kilter.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Time of a batch against its size, mean and tail, for one variant on one class.
 *
 * <p>Between measured sizes the curve is linear; beyond the largest it goes on with the slope of the last segment (a
 * curve of one point: in proportion to the batch size); below the smallest it keeps the smallest's time. Times never
 * fall with the batch size: a measured dip is lifted to the size before it.
 *
 * @param points at least one, by ascending batch size
 */
public record ServiceCurve(List<Point> points) {

    /** In the logarithm: 5 % of the time. */
    private static final double STEP = 0.05;

    /**
     * One measured batch size.
     *
     * @param batchSize items in the batch, at least 1
     * @param meanSeconds mean time of the batch, seconds
     * @param p99Seconds 99th percentile of the batch's time, seconds; at least the mean
     * @param samples how many batches were measured
     */
    public record Point(int batchSize, double meanSeconds, double p99Seconds, long samples) {
        public Point {
            if (batchSize < 1) {
                throw new IllegalArgumentException("batchSize: " + batchSize + " (expected: >= 1)");
            }
            if (!(meanSeconds > 0) || Double.isInfinite(meanSeconds)) {
                throw new IllegalArgumentException("mean: " + meanSeconds + " s (expected: > 0)");
            }
            if (Double.isInfinite(p99Seconds)) {
                throw new IllegalArgumentException("p99: " + p99Seconds + " s (expected: finite)");
            }
            p99Seconds = p99Seconds > meanSeconds ? p99Seconds : meanSeconds;
        }
    }

    public ServiceCurve {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("points: none (expected: at least one)");
        }
        points = lifted(points);
    }

    /** Mean time of a batch of that many items, in seconds. */
    public double meanSeconds(int batch) {
        return at(batch, false);
    }

    /** 99th percentile of the time of a batch of that many items, in seconds; at least the mean. */
    public double p99Seconds(int batch) {
        return at(batch, true);
    }

    /** The largest measured batch size: what lies beyond is extrapolated. */
    public int largestMeasuredBatch() {
        return points.getLast().batchSize();
    }

    /** The same but for little: times rounded up to the next of steps of {@value #STEP}, no count of samples. */
    public ServiceCurve coarse() {
        return new ServiceCurve(points.stream()
                .map(point ->
                        new Point(point.batchSize(), roundedUp(point.meanSeconds()), roundedUp(point.p99Seconds()), 0))
                .toList());
    }

    private static double roundedUp(double seconds) {
        return Math.exp(Math.ceil(Math.log(seconds) / STEP) * STEP);
    }

    private double at(int batch, boolean tail) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: >= 1)");
        }
        Point first = points.getFirst();
        if (batch <= first.batchSize()) {
            return seconds(first, tail);
        }
        int above = 1;
        while (above < points.size() - 1 && points.get(above).batchSize() < batch) {
            above++;
        }
        if (points.size() == 1) {
            return seconds(first, tail) * batch / first.batchSize();
        }
        Point low = points.get(above - 1);
        Point high = points.get(above);
        double slope = (seconds(high, tail) - seconds(low, tail)) / (high.batchSize() - low.batchSize());
        // Extrapolated tails could cross the extrapolated mean; a tail below the mean is none.
        double value = seconds(low, tail) + slope * (batch - low.batchSize());
        return tail ? Math.max(value, at(batch, false)) : value;
    }

    private static double seconds(Point point, boolean tail) {
        return tail ? point.p99Seconds() : point.meanSeconds();
    }

    private static List<Point> lifted(List<Point> measured) {
        List<Point> points = new ArrayList<>();
        for (Point point : measured) {
            if (points.isEmpty()) {
                points.add(point);
                continue;
            }
            Point before = points.getLast();
            if (point.batchSize() <= before.batchSize()) {
                throw new IllegalArgumentException("points: batch size " + point.batchSize() + " after "
                        + before.batchSize() + " (expected: ascending)");
            }
            points.add(new Point(
                    point.batchSize(),
                    Math.max(point.meanSeconds(), before.meanSeconds()),
                    Math.max(point.p99Seconds(), before.p99Seconds()),
                    point.samples()));
        }
        return List.copyOf(points);
    }
}
