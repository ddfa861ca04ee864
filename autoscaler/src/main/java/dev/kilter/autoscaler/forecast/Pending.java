package dev.kilter.autoscaler.forecast;

import java.time.Instant;
import java.util.List;

/** What each predictor said of a time that has not come yet. */
record Pending(Instant due, List<Said> said) {

    /** @param quantile with its errors reckoned in */
    record Said(double predicted, double quantile) {}
}
