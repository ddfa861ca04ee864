package dev.kilter.core.simulation;

import java.util.SplittableRandom;

/**
 * What is offered, one item a request.
 *
 * @param requestsPerSecond in the mean
 * @param burstiness 1: a Poisson stream. Above: a Poisson stream whose rate jumps between that many times the mean and
 *     what makes up for it, at random moments
 * @param requests how many are measured; a tenth as many go before them unmeasured
 * @param seed the same seed gives the same run
 */
public record Load(double requestsPerSecond, double burstiness, int requests, long seed) {
    // A burst brings this many requests in the mean.
    private static final double BURST = 50;

    public Load {
        if (!(requestsPerSecond > 0) || requests < 1) {
            throw new IllegalArgumentException("load: " + requests + " requests at " + requestsPerSecond
                    + "/s (expected: at least one, rate > 0)");
        }
        if (!(burstiness >= 1 && burstiness < 2)) {
            throw new IllegalArgumentException("burstiness: " + burstiness + " (expected: 1 to 2)");
        }
    }

    /** A Poisson stream. */
    public static Load poisson(double requestsPerSecond, int requests, long seed) {
        return new Load(requestsPerSecond, 1, requests, seed);
    }

    /** Measured and unmeasured. */
    int total() {
        return requests + requests / 10;
    }

    /** The moments at which they arrive, one after the other. */
    final class Arrivals {
        private final SplittableRandom random;
        private double now;
        private double phaseEnd;
        private boolean burst;

        Arrivals() {
            random = new SplittableRandom(seed);
        }

        long nextNanos() {
            if (burstiness == 1) {
                now += random.nextExponential() / requestsPerSecond;
                return Math.round(now * 1e9);
            }
            while (true) {
                double rate = requestsPerSecond * (burst ? burstiness : 2 - burstiness);
                double next = now + random.nextExponential() / rate;
                if (next < phaseEnd) {
                    now = next;
                    return Math.round(now * 1e9);
                }
                now = phaseEnd;
                burst = !burst;
                phaseEnd = now + random.nextExponential() * BURST / requestsPerSecond;
            }
        }
    }

    Arrivals arrivals() {
        return new Arrivals();
    }
}
