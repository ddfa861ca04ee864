package dev.kilter.operator.plan;

/**
 * Whether an event happens more often than in a given part of the trials, to be asked as often as one likes while the
 * trials go on: a mixture of likelihood ratios, a test martingale under that part (Robbins 1970). It ever reaches
 * {@code 1 / α} with a probability of at most {@code α} (Ville's inequality), and sooner the clearer the case.
 */
final class SequentialTest {

    /** Beyond this the answer is yes, with an error of at most one in a hundred. */
    private static final double ENOUGH = Math.log(100);

    /** The alternatives: odds of 1.5 times those allowed, of 1.5 times these, and so on up to 650 times. */
    private static final double STEP = 1.5;

    private static final int ALTERNATIVES = 16;

    /** Where nothing at all is allowed. */
    private static final double ALMOST_NEVER = 1e-6;

    private SequentialTest() {}

    /**
     * Whether {@code hits} of {@code trials} show that the event is more likely than {@code allowed}.
     *
     * @param allowed a probability; 1 and more can never be exceeded
     */
    static boolean exceeds(long hits, long trials, double allowed) {
        return logEvidence(hits, trials, allowed) >= ENOUGH;
    }

    /** The logarithm of how many times as likely the trials are where the event is too likely. */
    static double logEvidence(long hits, long trials, double allowed) {
        if (hits == 0 || allowed >= 1) {
            return Double.NEGATIVE_INFINITY;
        }
        double p = Math.max(allowed, ALMOST_NEVER);
        double[] ratios = new double[ALTERNATIVES];
        double largest = Double.NEGATIVE_INFINITY;
        double odds = p / (1 - p);
        for (int i = 0; i < ALTERNATIVES; i++) {
            odds *= STEP;
            double alternative = odds / (1 + odds);
            ratios[i] = hits * Math.log(alternative / p) + (trials - hits) * Math.log((1 - alternative) / (1 - p));
            largest = Math.max(largest, ratios[i]);
        }
        double sum = 0;
        for (double ratio : ratios) {
            sum += Math.exp(ratio - largest);
        }
        return largest + Math.log(sum / ALTERNATIVES);
    }
}
