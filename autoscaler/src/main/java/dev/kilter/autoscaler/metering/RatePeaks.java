package dev.kilter.autoscaler.metering;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** The rate that a plan should carry: a high quantile of ten-second rates over the last half hour. */
final class RatePeaks {

    static final Duration STEP = Duration.ofSeconds(10);
    private static final int STEPS = 180;
    private static final double QUANTILE = 0.95;

    private final double[] rates = new double[STEPS];
    private int size;
    private int next;
    private Instant lastAt = Instant.MIN;

    /** Keeps the rate, if the last one kept is a step old. */
    void add(Instant now, double perSecond) {
        if (!lastAt.equals(Instant.MIN) && Duration.between(lastAt, now).compareTo(STEP) < 0) {
            return;
        }
        lastAt = now;
        rates[next] = perSecond;
        next = (next + 1) % STEPS;
        size = Math.min(size + 1, STEPS);
    }

    /** The peak, 0 where nothing was seen. */
    double peak() {
        if (size == 0) {
            return 0;
        }
        double[] sorted = Arrays.copyOf(rates, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(QUANTILE * size) - 1];
    }
}
