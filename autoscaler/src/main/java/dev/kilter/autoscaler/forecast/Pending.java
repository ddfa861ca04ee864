package dev.kilter.autoscaler.forecast;

import java.time.Instant;
import java.util.List;

/**
 * What was said of a time that has not come yet.
 *
 * @param said by each predictor
 * @param asked by each of the {@link Experts}
 */
record Pending(Instant due, List<Said> said, List<Double> asked) {

    /** @param quantile with its errors reckoned in */
    record Said(double predicted, double quantile) {}
}
