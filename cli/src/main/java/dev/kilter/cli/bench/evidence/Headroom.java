package dev.kilter.cli.bench.evidence;

import java.util.List;
import java.util.ArrayList;
import java.util.Locale;

/**
 * Whether the generator had room, so that what was measured is the server.
 *
 * @param lateP50Millis how late it sent, against the schedule; 0 in a closed loop
 * @param lateP99Millis of the same
 * @param lateMaxMillis of the same
 * @param cpuShare of one core that its thread used
 * @param gcMillis spent in its garbage collector's pauses
 * @param seconds how long the measurement was
 */
public record Headroom(
        double lateP50Millis,
        double lateP99Millis,
        double lateMaxMillis,
        double cpuShare,
        double gcMillis,
        double seconds) {

    private static final double LEAST_LATENESS_MILLIS = 1;
    private static final double LATENESS_OF_SLO = 0.1;
    private static final double MOST_CPU = 0.9;
    private static final double MOST_GC = 0.02;

    /**
     * What was lacking, in sentences that say what to do; none: it had room.
     *
     * @param sloMillis a hundredth of the requests may be late by a tenth of it, and by a millisecond in any case
     */
    public List<String> shortcomings(double sloMillis) {
        List<String> found = new ArrayList<>();
        double late = Math.max(LEAST_LATENESS_MILLIS, LATENESS_OF_SLO * sloMillis);
        if (lateP99Millis > late) {
            found.add(String.format(
                    Locale.ROOT,
                    "it sent 1%% of the requests more than %.1f ms late (allowed: %.1f ms): give it a core of its own,"
                            + " or another machine than the server's",
                    lateP99Millis,
                    late));
        }
        if (cpuShare > MOST_CPU) {
            found.add(String.format(
                    Locale.ROOT,
                    "its thread used %.0f%% of a core (allowed: %.0f%%): offer less, or smaller requests, or share the"
                            + " load between several generators",
                    cpuShare * 100,
                    MOST_CPU * 100));
        }
        if (gcMillis > MOST_GC * seconds * 1000) {
            found.add(String.format(
                    Locale.ROOT,
                    "its garbage collector paused it for %.0f ms in %.0f s (allowed: %.0f%%): give it more memory",
                    gcMillis,
                    seconds,
                    MOST_GC * 100));
        }
        return found;
    }
}
