package dev.kilter.cli.load;

import java.time.Duration;
import java.util.List;

/**
 * An offered rate over time: linear between its points, constant after the last.
 *
 * @param points at least one, by ascending time; the first at zero
 */
public record RateCurve(List<Point> points) {

    /**
     * @param seconds since the start
     * @param perSecond requests a second, at least 0
     */
    public record Point(double seconds, double perSecond) {
        public Point {
            if (!(seconds >= 0)) {
                throw new IllegalArgumentException("seconds: " + seconds + " (expected: >= 0)");
            }
            if (!(perSecond >= 0) || Double.isInfinite(perSecond)) {
                throw new IllegalArgumentException("perSecond: " + perSecond + " (expected: >= 0)");
            }
        }
    }

    public RateCurve {
        points = List.copyOf(points);
        if (points.isEmpty() || points.getFirst().seconds() != 0) {
            throw new IllegalArgumentException("points: " + points + " (expected: a first one at 0 s)");
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).seconds() <= points.get(i - 1).seconds()) {
                throw new IllegalArgumentException("points: " + points + " (expected: ascending in time)");
            }
        }
    }

    /**
     * The demo's day in short: quiet, a rise to the peak, the peak, a fall, quiet again.
     *
     * @param duration of the whole curve
     * @param low requests a second in the quiet parts
     * @param peak requests a second at the top
     */
    public static RateCurve hill(Duration duration, double low, double peak) {
        double total = duration.toMillis() / 1e3;
        return new RateCurve(List.of(
                new Point(0, low),
                new Point(0.10 * total, low),
                new Point(0.40 * total, peak),
                new Point(0.62 * total, peak),
                new Point(0.72 * total, low),
                new Point(total, low)));
    }

    /** Requests a second at that time. */
    public double at(double seconds) {
        Point before = points.getFirst();
        for (Point after : points) {
            if (after.seconds() > seconds) {
                double share = (seconds - before.seconds()) / (after.seconds() - before.seconds());
                return before.perSecond() + share * (after.perSecond() - before.perSecond());
            }
            before = after;
        }
        return before.perSecond();
    }

    /** The highest rate of the curve, requests a second. */
    public double peak() {
        return points.stream().mapToDouble(Point::perSecond).max().orElse(0);
    }
}
