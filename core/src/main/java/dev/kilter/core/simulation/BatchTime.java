package dev.kilter.core.simulation;

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
        return of(curve.meanSeconds(batch), curve.p99Seconds(batch));
    }

    /** With that mean and that 99th percentile, seconds. */
    public static BatchTime of(double mean, double p99) {
        // p99 / mean = exp(z sigma - sigma^2 / 2), solved for the smaller sigma.
        double logRatio = Math.log(p99 / mean);
        double discriminant = Math.max(0, Z99 * Z99 - 2 * logRatio);
        return new BatchTime(mean, Math.min(LARGEST_SIGMA, Z99 - Math.sqrt(discriminant)));
    }

    /** The time in seconds at a standard normal deviate: a sample, where the deviate is one. */
    public double at(double deviate) {
        return meanSeconds * Math.exp(sigma * deviate - sigma * sigma / 2);
    }
}
