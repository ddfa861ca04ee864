package dev.kilter.cli.demo;

import dev.kilter.cli.load.RateCurve;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How much load the demo offers. Pure.
 *
 * @param curve of the offered rate
 * @param reason why so much, a sentence
 */
record LoadPlan(RateCurve curve, String reason) {

    /** Below what one replica is used to, so that the second one is not needed yet. */
    private static final double LOW = 0.15;

    /** More than one replica is planned to carry on a shared machine, and less than its cores can. */
    private static final double PEAK = 0.5;

    private static final double ALONE = 0.35;
    private static final double UNMEASURED = 20;

    /**
     * Plans the load.
     *
     * @param capacity requests a second of one replica; empty: unmeasured
     * @param mostReplicas how many there can be
     */
    static LoadPlan of(Duration duration, OptionalDouble capacity, int mostReplicas) {
        if (capacity.isEmpty()) {
            return new LoadPlan(
                    RateCurve.hill(duration, UNMEASURED / 4, UNMEASURED),
                    String.format(Locale.ROOT, "unmeasured, so modest: up to %.0f/s", UNMEASURED));
        }
        double one = capacity.getAsDouble();
        double peak = mostReplicas > 1 ? PEAK : ALONE;
        return new LoadPlan(
                RateCurve.hill(duration, LOW * one, peak * one),
                String.format(
                        Locale.ROOT,
                        "one replica carries %.0f/s: from %.0f/s up to %.0f/s%s",
                        one,
                        LOW * one,
                        peak * one,
                        mostReplicas > 1
                                ? ", which needs a second one, and down again"
                                : ", all one core has room for"));
    }
}
