package dev.kilter.core.balancing;

import java.util.ArrayList;
import java.util.List;

/**
 * How fast one pod answers beside the other pods of its pool. Only pods of one pool are compared, because they run one
 * configuration and so differ by their node alone; how pools differ is what the plan says.
 *
 * @param latencySeconds smoothed latency; 0: not known yet
 * @param factor what the planned weight is multiplied by, {@value #SLOWEST} to {@value #FASTEST}; 1 while nothing, or
 *     nothing remarkable, is known
 */
public record Pace(double latencySeconds, double factor) {

    /** A pod of which nothing is known. */
    public static final Pace UNKNOWN = new Pace(0, 1);

    /** The least factor. A slow pod keeps some traffic, or it could never show that it has become fast. */
    public static final double SLOWEST = 0.25;

    /** The greatest factor. */
    public static final double FASTEST = 4;

    /** Differences below this ratio are noise: pods that are equal must share equally. */
    private static final double REMARKABLE = 1.25;

    /** How far a pod without answers in a window is taken back towards its peers. */
    private static final double FORGET = 0.05;

    /**
     * What a pod answered well in one window.
     *
     * @param answers how many, at least 0
     * @param totalSeconds the sum of their latencies
     */
    public record Window(long answers, double totalSeconds) {}

    /**
     * The paces after one window, of all pods of one pool.
     *
     * @param before one for each pod
     * @param windows one for each pod, in the same order
     */
    public static List<Pace> next(List<Pace> before, List<Window> windows) {
        if (before.size() != windows.size()) {
            throw new IllegalArgumentException(
                    "windows: " + windows.size() + " (expected: " + before.size() + ", one for each pace)");
        }
        double peers = typical(before.stream().map(Pace::latencySeconds).toList());
        List<Double> latencies = new ArrayList<>(before.size());
        for (int i = 0; i < before.size(); i++) {
            latencies.add(smoothed(before.get(i).latencySeconds(), windows.get(i), peers));
        }
        double reference = typical(latencies);
        return latencies.stream()
                .map(latency -> new Pace(latency, factor(latency, reference)))
                .toList();
    }

    private static double smoothed(double known, Window window, double peers) {
        if (window.answers() <= 0 || !(window.totalSeconds() > 0)) {
            return known > 0 ? known + FORGET * (peers - known) : 0;
        }
        double mean = window.totalSeconds() / window.answers();
        double gain = Math.min(0.5, window.answers() / (window.answers() + 4.0));
        return known > 0 ? known + gain * (mean - known) : mean;
    }

    private static double factor(double latency, double reference) {
        if (!(latency > 0)) {
            return 1;
        }
        double ratio = reference / latency;
        return ratio < REMARKABLE && ratio > 1 / REMARKABLE ? 1 : Math.clamp(ratio, SLOWEST, FASTEST);
    }

    /** The geometric mean of what is known, so that one very slow pod does not make the others look fast; or 0. */
    private static double typical(List<Double> latencies) {
        return Math.exp(latencies.stream()
                .filter(l -> l > 0)
                .mapToDouble(Math::log)
                .average()
                .orElse(Double.NEGATIVE_INFINITY));
    }
}
