package dev.kilter.planner.simulation.frontier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one controller reaches over its settings: the points that no other point of it beats in both, by rising cost.
 * Between two of them the logarithm of the violations is taken as linear in the cost.
 */
public record Frontier(List<Point> points) {

    /** Fewer cannot be told from none by as many requests as are simulated. */
    private static final double NONE = 1e-6;

    /**
     * One setting.
     *
     * @param setting of the controller, for reports
     * @param cost in any unit, the same for all that are compared
     * @param violations fraction of requests, 0..1
     */
    public record Point(String setting, double cost, double violations) {
        public Point {
            if (!(cost >= 0) || !(violations >= 0 && violations <= 1)) {
                throw new IllegalArgumentException(
                        "point: " + cost + ", " + violations + " (expected: cost >= 0, violations 0..1)");
            }
        }
    }

    public Frontier {
        List<Point> best = new ArrayList<>();
        points.stream()
                .sorted(Comparator.comparingDouble(Point::cost).thenComparingDouble(Point::violations))
                .filter(point ->
                        best.isEmpty() || point.violations() < best.getLast().violations())
                .forEach(best::add);
        points = List.copyOf(best);
    }

    /** At that cost; empty: nothing is to be had for it. More than the dearest point buys nothing more. */
    public OptionalDouble violationsAt(double cost) {
        if (points.isEmpty() || cost < points.getFirst().cost()) {
            return OptionalDouble.empty();
        }
        for (int i = 1; i < points.size(); i++) {
            Point right = points.get(i);
            if (cost < right.cost()) {
                Point left = points.get(i - 1);
                double part = (cost - left.cost()) / (right.cost() - left.cost());
                return OptionalDouble.of(Math.exp(logarithm(left) + part * (logarithm(right) - logarithm(left))));
            }
        }
        return OptionalDouble.of(points.getLast().violations());
    }

    /** Of at most so many violations; empty: they are not reached at any cost. */
    public OptionalDouble costAt(double violations) {
        double wanted = Math.log(Math.max(NONE, violations));
        for (int i = 0; i < points.size(); i++) {
            Point right = points.get(i);
            if (logarithm(right) <= wanted) {
                if (i == 0) {
                    return OptionalDouble.of(right.cost());
                }
                Point left = points.get(i - 1);
                double part = (wanted - logarithm(left)) / (logarithm(right) - logarithm(left));
                return OptionalDouble.of(left.cost() + part * (right.cost() - left.cost()));
            }
        }
        return OptionalDouble.empty();
    }

    private static double logarithm(Point point) {
        return Math.log(Math.max(NONE, point.violations()));
    }
}
