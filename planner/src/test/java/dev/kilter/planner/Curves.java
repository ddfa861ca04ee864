package dev.kilter.planner;

import dev.kilter.core.ServiceCurve;
import java.util.ArrayList;
import java.util.List;

/** Service curves of the shapes that hardware shows. Made up: no figure about real hardware comes from them. */
public final class Curves {
    /** Time almost in proportion to the batch. */
    public static final ServiceCurve CPU = millis(1.3, 1, 8, 8, 52, 32, 200);

    /** Small batches are nearly free. */
    public static final ServiceCurve T4 = millis(1.2, 1, 3.1, 8, 6.2, 32, 17, 64, 33);

    /** Large batches are nearly free. */
    public static final ServiceCurve A100 = millis(1.1, 1, 1.9, 8, 2.4, 32, 4.6, 128, 14);

    private Curves() {}

    /** Pairs of batch size and mean milliseconds; the tail is that many times the mean. */
    public static ServiceCurve millis(double tail, double... pairs) {
        List<ServiceCurve.Point> points = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            double mean = pairs[i + 1] / 1e3;
            points.add(new ServiceCurve.Point((int) pairs[i], mean, tail * mean, 100));
        }
        return new ServiceCurve(points);
    }

    /** By the constant's name. */
    public static ServiceCurve named(String name) {
        return switch (name) {
            case "CPU" -> CPU;
            case "T4" -> T4;
            case "A100" -> A100;
            case "WILD" -> millis(3, 1, 3, 8, 6, 32, 18);
            case "FIXED" -> millis(1, 1, 3, 8, 6, 32, 18);
            default -> throw new IllegalArgumentException("curve: " + name + " (expected: CPU, T4, A100, WILD, FIXED)");
        };
    }
}
