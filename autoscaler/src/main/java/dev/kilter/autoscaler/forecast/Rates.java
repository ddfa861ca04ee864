package dev.kilter.autoscaler.forecast;

/**
 * What arrives now, in requests a second over windows of growing length.
 *
 * @param latest over some seconds
 * @param burst over a longer window
 * @param steady over the longest
 */
public record Rates(double latest, double burst, double steady) {

    /** Whether they are numbers that can be reckoned with. */
    boolean sensible() {
        return sensible(latest) && sensible(burst) && sensible(steady);
    }

    private static boolean sensible(double rate) {
        return rate >= 0 && Double.isFinite(rate);
    }
}
