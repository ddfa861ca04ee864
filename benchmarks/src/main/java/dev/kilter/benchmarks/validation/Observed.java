package dev.kilter.benchmarks.validation;

import java.util.Arrays;

/**
 * What became of one list of arrivals, the warm-up left out.
 *
 * @param inTime answered well within the objective
 * @param refused refused, or given up
 * @param broken neither answered well nor refused
 * @param p50Seconds of the answered
 * @param p99Seconds of the answered
 * @param generatorLateSeconds 99th percentile of how late the generator itself sent; 0 in simulation
 * @param othersShare of the machine's processor time that others had meanwhile; 0 in simulation
 */
record Observed(
        long offered,
        long answered,
        long inTime,
        long refused,
        long broken,
        double p50Seconds,
        double p99Seconds,
        double generatorLateSeconds,
        double othersShare) {
    private static final double MOST_LATE_SECONDS = 0.001;
    private static final double MOST_OTHERS = 0.05;

    /** Whether others had so much of the machine that the figures say little. */
    boolean disturbed() {
        return othersShare > MOST_OTHERS;
    }

    /** Whether the generator did not keep to its schedule. */
    boolean behind() {
        return generatorLateSeconds > MOST_LATE_SECONDS;
    }

    /** The fraction that was answered within the objective. */
    double attainment() {
        return offered == 0 ? 1 : (double) inTime / offered;
    }

    /** The value at that share of the first {@code count} nanoseconds, in seconds; 0 where there are none. Sorts. */
    static double quantile(long[] nanos, int count, double share) {
        if (count == 0) {
            return 0;
        }
        Arrays.sort(nanos, 0, count);
        return nanos[Math.max(0, (int) Math.ceil(share * count) - 1)] / 1e9;
    }
}
