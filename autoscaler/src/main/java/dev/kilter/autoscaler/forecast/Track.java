package dev.kilter.autoscaler.forecast;

/**
 * How one predictor has done. Immutable.
 *
 * @param errors of its predictions
 */
record Track(Errors errors) {

    static final Track NONE = new Track(Errors.supposed());

    /** Rates below that are as good as none. */
    private static final double LEAST = 1e-3;

    /**
     * What is not exceeded with that probability where so much is predicted. Past errors are no reason to go beyond
     * what was seen: after a leap to four times the load another such leap is not to be expected on top.
     *
     * @param highest that was seen
     */
    double quantile(double predicted, double highest, double probability) {
        return Math.min(predicted * Math.exp(errors.quantile(probability)), Math.max(predicted, highest));
    }

    /** What came of a prediction. */
    Track learnt(double predicted, double came, double keep) {
        double error = Math.log(Math.max(came, LEAST) / Math.max(predicted, LEAST));
        return new Track(errors.with(error, keep));
    }
}
