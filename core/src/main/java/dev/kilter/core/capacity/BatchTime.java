package dev.kilter.core.capacity;

import dev.kilter.core.ServiceCurve;

/**
 * The random time of one batch: log-normal with the measured mean and the measured 99th percentile. Two numbers say
 * little about a shape; the log-normal is positive, skewed to the right as service times are, and deterministic where
 * the two are equal. A 99th percentile beyond 6.2 times the mean (sigma 1) is read as that: such a service is not
 * described by two numbers.
 *
 * @param meanSeconds seconds
 * @param sigma standard deviation of the logarithm; 0: always the mean
 */
public record BatchTime(double meanSeconds, double sigma) {

    /** The standard normal's 99th percentile. */
    private static final double Z99 = 2.3263478740408408;

    private static final double LARGEST_SIGMA = 1;

    /** The time of a batch of that many items. */
    public static BatchTime of(ServiceCurve curve, int batch) {
        double mean = curve.meanSeconds(batch);
        // p99 / mean = exp(z sigma - sigma^2 / 2), solved for the smaller sigma.
        double logRatio = Math.log(curve.p99Seconds(batch) / mean);
        double discriminant = Math.max(0, Z99 * Z99 - 2 * logRatio);
        return new BatchTime(mean, Math.min(LARGEST_SIGMA, Z99 - Math.sqrt(discriminant)));
    }

    /** With these first two moments. */
    static BatchTime ofMoments(double mean, double variance) {
        return new BatchTime(mean, Math.sqrt(Math.log1p(variance / (mean * mean))));
    }

    double variance() {
        return meanSeconds * meanSeconds * Math.expm1(sigma * sigma);
    }

    /** The time in seconds at a standard normal deviate: a sample, where the deviate is one. */
    public double at(double deviate) {
        return meanSeconds * Math.exp(sigma * deviate - sigma * sigma / 2);
    }

    /** The probability that the batch takes at most that many seconds. */
    double within(double seconds) {
        if (seconds <= 0) {
            return 0;
        }
        if (sigma < 1e-9) {
            return seconds >= meanSeconds ? 1 : 0;
        }
        return normal((Math.log(seconds / meanSeconds) + sigma * sigma / 2) / sigma);
    }

    /** The standard normal distribution function; Abramowitz and Stegun 26.2.17, absolute error below 1e-7. */
    private static double normal(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double series =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double upper = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * series;
        return x >= 0 ? 1 - upper : upper;
    }
}
