package dev.kilter.autoscaler.forecast;

/**
 * How one predictor has done. Immutable.
 *
 * @param errors of its predictions
 * @param loss of its quantiles (pinball loss): what a shortage and an excess cost at the hedge that was asked for,
 *     older ones fading
 */
record Track(Errors errors, double loss) {

    static final Track NONE = new Track(Errors.supposed(), 0);

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
    Track learnt(Pending.Said said, double came, double probability, double keep) {
        double error = Math.log(Math.max(came, LEAST) / Math.max(said.predicted(), LEAST));
        double shortage = Math.min(came, said.predicted() * Math.exp(Errors.WIDEST)) - said.quantile();
        double cost = shortage > 0 ? probability * shortage : (probability - 1) * shortage;
        return new Track(errors.with(error, keep), keep * loss + cost);
    }

    /** Rates below that are as good as none. */
    private static final double LEAST = 1e-3;
}
