package dev.kilter.core.batching;

/**
 * How many items arrive a second, of late: the reciprocal of a mean gap that forgets. What is silent for longer than
 * the mean gap counts as that gap, so that the rate falls when arrivals stop. One thread at a time.
 */
public final class ArrivalRate {
    // About so many requests are remembered: a rate within some 6 %, and a change is noticed within as many.
    private static final int REMEMBERED = 128;

    private int remembered;
    private long lastNanos;
    private double meanGapNanos;
    private double meanItems;

    /** A request of that many items came. */
    public void arrived(int items, long nowNanos) {
        if (remembered > 0) {
            meanGapNanos += (Math.max(0, nowNanos - lastNanos) - meanGapNanos) / remembered;
        }
        remembered = Math.min(remembered + 1, REMEMBERED);
        meanItems += (items - meanItems) / remembered;
        lastNanos = nowNanos;
    }

    /** Items a second; 0 before two requests came. */
    public double itemsPerSecond(long nowNanos) {
        if (remembered < 2) {
            return 0;
        }
        double gap = meanGapNanos + Math.max(0, nowNanos - lastNanos - meanGapNanos) / REMEMBERED;
        return gap > 0 ? meanItems * 1e9 / gap : 0;
    }
}
