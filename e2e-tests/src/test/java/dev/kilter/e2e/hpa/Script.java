package dev.kilter.e2e.hpa;

import java.util.OptionalDouble;

/** The play: a load, and which metrics go missing when. Times are seconds since the beginning; pure. */
final class Script {
    static final int LENGTH = 615;

    /** How often pods are sampled, as by metrics-server. */
    static final int SAMPLE_EVERY = 15;

    /** From its creation a pod waits that long for its node, then starts that long. */
    static final int PENDING = 10;

    static final int STARTING = 30;

    private static final double[][] RATES = {
        {0, 7}, {40, 7.5}, {70, 200}, {135, 90}, {180, 150}, {200, 60}, {525, 64}, {560, 110}
    };

    private Script() {}

    /** Requests a second, of all pods. */
    static double rate(double second) {
        double rate = 0;
        for (double[] step : RATES) {
            rate = step[0] <= second ? step[1] : rate;
        }
        return rate;
    }

    /** Of the requested CPU, in a pod that is ready beside others; 10 requests a second fill it, and it may burst. */
    static double utilization(double second, int pod, int ready) {
        return Math.min(4, weight(pod) * rate(second) / ready / 10);
    }

    /** Of the requested CPU, in a pod that starts: it warms up. */
    static double utilizationOfAStart() {
        return 0.9;
    }

    /** Requests under way in a pod that is ready beside others; each takes half a second. */
    static double concurrency(double second, int pod, int ready) {
        return weight(pod) * rate(second) / ready / 2;
    }

    /** Whether a sample of that pod gets lost: every third pod's for half a minute, then all for another. */
    static boolean lost(double second, int pod) {
        return (second >= 330 && second < 360 && pod % 3 == 0) || silent(second);
    }

    /** The sum over all pods; there is none while all is lost. */
    static OptionalDouble total(double second) {
        return silent(second) ? OptionalDouble.empty() : OptionalDouble.of(rate(second));
    }

    private static boolean silent(double second) {
        return second >= 360 && second < 390;
    }

    private static double weight(int pod) {
        return 0.8 + 0.1 * (pod % 5);
    }
}
