package dev.kilter.cli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An offered rate over time: linear between its points, constant after the last; two points at one time are a jump.
 *
 * @param points at least one, by time; the first at zero
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
            if (points.get(i).seconds() < points.get(i - 1).seconds()) {
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

    /** The same rate all the time. */
    public static RateCurve constant(double perSecond) {
        return new RateCurve(List.of(new Point(0, perSecond)));
    }

    /**
     * One rate after another, each held until the next begins.
     *
     * @param starts the first at zero
     */
    public static RateCurve steps(List<Point> starts) {
        List<Point> points = new ArrayList<>();
        for (Point start : starts) {
            if (!points.isEmpty()) {
                points.add(new Point(start.seconds(), points.getLast().perSecond()));
            }
            points.add(start);
        }
        return new RateCurve(points);
    }

    /** The curve with all its rates multiplied. */
    public RateCurve times(double factor) {
        return new RateCurve(points.stream()
                .map(point -> new Point(point.seconds(), point.perSecond() * factor))
                .toList());
    }

    /** The curve begun later; before it, its first rate. */
    public RateCurve delayed(double seconds) {
        List<Point> later =
                new ArrayList<>(List.of(new Point(0, points.getFirst().perSecond())));
        points.forEach(point -> later.add(new Point(point.seconds() + seconds, point.perSecond())));
        return new RateCurve(later);
    }

    /** Requests a second at that time. */
    public double at(double seconds) {
        int low = 0;
        int high = points.size();
        // The last point that is not after it.
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (points.get(middle).seconds() <= seconds) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Point before = points.get(low);
        if (high == points.size()) {
            return before.perSecond();
        }
        Point after = points.get(high);
        double share = (seconds - before.seconds()) / (after.seconds() - before.seconds());
        return before.perSecond() + share * (after.perSecond() - before.perSecond());
    }

    /** The mean rate up to that time, requests a second. */
    public double mean(double untilSeconds) {
        double area = 0;
        for (int i = 0; i < points.size() && points.get(i).seconds() < untilSeconds; i++) {
            double from = points.get(i).seconds();
            boolean last = i + 1 == points.size();
            double to = last
                    ? untilSeconds
                    : Math.min(untilSeconds, points.get(i + 1).seconds());
            // Just before the end, so that a jump there does not count.
            double rateAtEnd = last || to < points.get(i + 1).seconds()
                    ? at(to)
                    : points.get(i + 1).perSecond();
            area += (to - from) * (points.get(i).perSecond() + rateAtEnd) / 2;
        }
        return area / untilSeconds;
    }

    /** The highest rate of the curve, requests a second. */
    public double peak() {
        return points.stream().mapToDouble(Point::perSecond).max().orElse(0);
    }
}
