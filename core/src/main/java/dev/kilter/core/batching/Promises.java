package dev.kilter.core.batching;

/**
 * What is kept free of each promise that admission gives under overload, learnt from those that were broken: adaptive
 * conformal inference (Gibbs and Candès, NeurIPS 2021) on time. Batches that take longer than expected are known from
 * the curve; stalls of the process are not, and one breaks all promises that were given at the time. Each broken one
 * raises the reserve, each kept one lowers it by so much less that in the long run no more than a share of
 * {@value #BROKEN} is broken, however often and long the process stalls, until the reserve is at its highest. One
 * thread at a time.
 */
public final class Promises {
    /** The share of promises that may be broken: less than one in a thousand. */
    private static final double BROKEN = 0.0008;

    /** What a broken promise raises the reserve by, as a share of the time from arrival to deadline. */
    private static final double STEP = 0.02;

    /** The highest reserve: beyond it too little could be promised at all. */
    private static final double HIGHEST = 0.4;

    /** Before anything is known: a process stalls most while it is young and still compiles what it runs. */
    private static final double FIRST = 0.3;

    /** An overload lasts for so many times from arrival to deadline; what is over sooner is a burst. */
    private static final double LASTING = 2;

    private double reserve = FIRST;
    private boolean giving;
    private boolean lasting;
    private long firstNanos;
    private long lastNanos;

    /**
     * A request asks. Returns whether, if it is admitted, that is a promise, or a hope only.
     *
     * @param overload whether somebody must be refused at present, whoever it is
     * @param budgetNanos from its arrival to its deadline
     */
    boolean giving(boolean overload, long budgetNanos, long nowNanos) {
        if (overload && !giving) {
            firstNanos = nowNanos + (long) (LASTING * budgetNanos);
        }
        giving = overload;
        lasting = overload && nowNanos - firstNanos >= 0;
        if (lasting) {
            lastNanos = nowNanos;
        }
        return lasting;
    }

    /**
     * How long before its deadline a request must be expected to be answered, beside what its batch may take longer; 0
     * while no promises are given.
     */
    long reserveNanos(long budgetNanos) {
        return lasting ? (long) (reserve * budgetNanos) : 0;
    }

    /**
     * A request was answered.
     *
     * @param arrivalNanos when it was admitted
     * @param deadlineNanos when its answer was due
     */
    public void answered(long arrivalNanos, long deadlineNanos, long nowNanos) {
        if (nowNanos - deadlineNanos > 0) {
            broken(arrivalNanos);
        } else if (wasGiven(arrivalNanos)) {
            reserve = Math.max(0, reserve - STEP * BROKEN);
        }
    }

    /** A request was given up after it had been admitted at that time. */
    public void broken(long arrivalNanos) {
        if (wasGiven(arrivalNanos)) {
            reserve = Math.min(HIGHEST, reserve + STEP);
        }
    }

    private boolean wasGiven(long arrivalNanos) {
        return arrivalNanos - firstNanos >= 0 && lastNanos - arrivalNanos >= 0;
    }
}
