package dev.kilter.core;

import java.util.List;

/**
 * Time of a batch against its size, mean and tail, for one variant on one class.
 *
 * <p>Between measured sizes the curve is linear; beyond the largest it goes on with the slope of the last segment;
 * below the smallest it keeps the smallest's time. Means never fall with the batch size: a measured dip is lifted to
 * the size before it.
 *
 * @param points at least one, by ascending batch size
 */
public record ServiceCurve(List<Point> points) {

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
            p99Seconds = Math.max(p99Seconds, meanSeconds);
        }
    }

    public ServiceCurve {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("points: none (expected: at least one)");
        }
        points = List.copyOf(points);
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).batchSize() <= points.get(i - 1).batchSize()) {
                throw new IllegalArgumentException(
                        "points: batch size " + points.get(i).batchSize() + " after "
                                + points.get(i - 1).batchSize() + " (expected: ascending)");
            }
        }
    }
}
