package dev.kilter.core.batching;

/**
 * How many items arrive a second, of late: the reciprocal of a mean gap that forgets, unless the last gaps show that
 * the rate has dropped. They do where they are together so long as, at that mean, one Poisson stream in
 * {@value #STREAMS} has them (a one-sided test of the likelihood ratio, as for a change of a rate in Lorden 1971); then
 * their own mean counts, with the gap that is still open. So the rate falls with the first gaps after a drop, and while
 * nothing comes. It rises slowly: a few requests at once are no load. One thread at a time.
 */
public final class ArrivalRate {
    // About so many requests are remembered: a rate within some 6 %, and a rise is noticed within as many.
    private static final int REMEMBERED = 128;

    /** The last 1, 2, 4, … gaps are looked at, so many times. */
    private static final int LOOKS = 7;

    private static final int MOST_GAPS = 1 << (LOOKS - 1);

    private static final int STREAMS = 1000;

    /** By look: so many times the mean gap are its gaps together in one stream of {@link #STREAMS}. */
    private static final double[] IMPROBABLE = new double[LOOKS];

    static {
        for (int look = 0; look < LOOKS; look++) {
            IMPROBABLE[look] = improbable(1 << look);
        }
    }

    /** When the last ones came, by their number, in a ring. */
    private final long[] recentNanos = new long[MOST_GAPS];

    private long arrivals;
    private double meanGapNanos;
    private double meanItems;

    /** A request of that many items came. */
    public void arrived(int items, long nowNanos) {
        if (arrivals > 0) {
            double gap = Math.max(0, nowNanos - recent(1));
            meanGapNanos += (gap - meanGapNanos) / Math.min(arrivals, REMEMBERED);
        }
        recentNanos[(int) (arrivals % MOST_GAPS)] = nowNanos;
        arrivals++;
        meanItems += (items - meanItems) / Math.min(arrivals, REMEMBERED);
    }

    /** Items a second; 0 before two requests came. */
    public double itemsPerSecond(long nowNanos) {
        if (arrivals < 2) {
            return 0;
        }
        double gap = meanGapNanos;
        for (int look = 0; look < LOOKS && 1 << look <= arrivals; look++) {
            double sum = nowNanos - recent(1 << look);
            if (sum > IMPROBABLE[look] * meanGapNanos) {
                gap = Math.max(gap, sum / (1 << look));
            }
        }
        return gap > 0 ? meanItems * 1e9 / gap : 0;
    }

    /** When the last but so many came; 1 is the last. */
    private long recent(int last) {
        return recentNanos[(int) ((arrivals - last) % MOST_GAPS)];
    }

    private static double improbable(int gaps) {
        double low = gaps;
        double high = 10 * gaps;
        while (high - low > 1e-6) {
            double middle = (low + high) / 2;
            if (longer(gaps, middle) * STREAMS > 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The probability that so many gaps are together longer than so many times the mean: Erlang's distribution. */
    private static double longer(int gaps, double sum) {
        double term = Math.exp(-sum);
        double probability = term;
        for (int i = 1; i < gaps; i++) {
            term *= sum / i;
            probability += term;
        }
        return probability;
    }
}
