package dev.kilter.planner.simulation.arrivals;

import java.util.SplittableRandom;

/** Gaps between arrivals of a renewal process, by their coefficient of variation (CV), in units of their mean. */
public sealed interface Gaps {

    /** A sample; 1 in the mean. */
    double next(SplittableRandom random);

    /** A Poisson stream: CV 1. */
    Gaps POISSON = new Exponential();

    /** See {@link #POISSON}. */
    record Exponential() implements Gaps {
        @Override
        public double next(SplittableRandom random) {
            return random.nextExponential();
        }
    }

    /**
     * Any CV: below 1 more regular than Poisson, above in ever tighter clusters. Sampled as by Marsaglia and Tsang
     * (2000).
     */
    record Gamma(double cv) implements Gaps {
        public Gamma {
            if (!(cv > 0 && cv <= 1000)) {
                throw new IllegalArgumentException("cv: " + cv + " (expected: > 0, <= 1000)");
            }
        }

        @Override
        public double next(SplittableRandom random) {
            double shape = 1 / (cv * cv);
            if (shape >= 1) {
                return gamma(shape, random) / shape;
            }
            return gamma(shape + 1, random) * Math.pow(random.nextDouble(), 1 / shape) / shape;
        }

        private static double gamma(double shape, SplittableRandom random) {
            double d = shape - 1.0 / 3;
            double c = 1 / Math.sqrt(9 * d);
            while (true) {
                double x = random.nextGaussian();
                double v = 1 + c * x;
                if (v > 0) {
                    v = v * v * v;
                    if (Math.log(random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                        return d * v;
                    }
                }
            }
        }
    }

    /**
     * CV above 1 by two exponential phases of balanced means: phases of high and of low rate, single arrivals mixed.
     */
    record Hyperexponential(double cv) implements Gaps {
        public Hyperexponential {
            if (!(cv > 1 && cv <= 1000)) {
                throw new IllegalArgumentException("cv: " + cv + " (expected: > 1, <= 1000)");
            }
        }

        @Override
        public double next(SplittableRandom random) {
            double squared = cv * cv;
            double often = (1 + Math.sqrt((squared - 1) / (squared + 1))) / 2;
            double phase = random.nextDouble() < often ? often : 1 - often;
            return random.nextExponential() / (2 * phase);
        }
    }
}
