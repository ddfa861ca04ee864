package dev.kilter.cli.bench.evidence;

/** The distributions that claims rest on, all by way of the regularized incomplete beta function. */
final class Distributions {

    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };
    private static final double SMALLEST = 1e-300;
    private static final int MOST_TERMS = 100_000;

    private Distributions() {}

    /** The chance of {@code k} or fewer successes in {@code n} trials that each succeed with chance {@code p}. */
    static double binomialAtMost(long k, long n, double p) {
        return k < 0 ? 0 : k >= n ? 1 : incompleteBeta((double) n - k, k + 1.0, 1 - p);
    }

    /** The chance of {@code k} or more successes in {@code n} trials that each succeed with chance {@code p}. */
    static double binomialAtLeast(long k, long n, double p) {
        return k <= 0 ? 1 : k > n ? 0 : incompleteBeta((double) k, n - k + 1.0, p);
    }

    /** The value that Student's t with so many degrees of freedom exceeds with that chance, at most 0.5. */
    static double studentT(double chance, double degrees) {
        double low = 0;
        double high = 1e6;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            double above = incompleteBeta(degrees / 2, 0.5, degrees / (degrees + middle * middle)) / 2;
            if (above > chance) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * I_x(a, b), by its continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22; Lentz's method).
     */
    static double incompleteBeta(double a, double b, double x) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        // The fraction converges fast on this side; the other follows by symmetry.
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(b, a, 1 - x);
        }
        double front = Math.exp(
                a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a));
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double fraction = d;
        for (int m = 1; m <= MOST_TERMS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            double step = d * c;
            fraction *= step;
            if (Math.abs(step - 1) < 1e-14) {
                break;
            }
        }
        return Math.clamp(front * fraction, 0, 1);
    }

    private static double away(double value) {
        return Math.abs(value) < SMALLEST ? SMALLEST : value;
    }

    /** Lanczos' approximation; for arguments of at least 0.5. */
    private static double logGamma(double x) {
        double z = x - 1;
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (z + i);
        }
        double t = z + LANCZOS.length - 1.5;
        return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
