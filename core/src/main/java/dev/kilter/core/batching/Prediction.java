package dev.kilter.core.batching;

/**
 * Runs ahead in time: forms batches of what waits as {@link SloBatchPolicy} would, each on the engine that is free
 * first. Looks at one request a batch, and no further than the deadline asked about.
 */
final class Prediction {
    /** No estimate is better than that: what is kept free under overload is at least this share of a batch's time. */
    private static final double LEAST_SPREAD = 0.1;

    private final BatchPlan plan;
    private final WaitingRequests ahead;
    private final long[] free;
    private final long now;
    private final int largest;
    private final double margin;
    private final long reserve;
    private double variance;

    Prediction(BatchPlan plan, WaitingRequests ahead, long[] busyNanos, long budgetNanos, long nowNanos) {
        this.plan = plan;
        this.ahead = ahead;
        this.free = busyNanos;
        this.now = nowNanos;
        int efficient = plan.efficient(plan.largest(budgetNanos));
        double overload = plan.overload(ahead.itemsPerSecond(), efficient);
        boolean promise = ahead.promises().giving(overload == 1, budgetNanos, nowNanos);
        this.margin = BatchPlan.margin(overload);
        this.reserve = ahead.promises().reserveNanos(budgetNanos);
        this.largest = promise ? plan.efficient(promisable(efficient, budgetNanos)) : efficient;
    }

    /** The largest batch whose first request could be promised its answer, if the others come at the rate of late. */
    private int promisable(int most, long budgetNanos) {
        int low = 1;
        int high = most;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            double gathered = middle * 1e9 / ahead.itemsPerSecond();
            if (gathered + plan.expectedNanos(middle) + risk(middle) <= budgetNanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    Admission of(Admission.Request request) {
        int engine = firstFree();
        if (ahead.requests() == 0 && free[engine] <= 0) {
            return new Admission.Admitted(now + plan.expectedNanos(request.items()));
        }
        variance = free[engine] > 0 ? square(spread(largest)) : 0;
        int left = ahead.items();
        while (true) {
            long start = now + Math.max(0, free[engine]);
            if (left == 0) {
                return opening(request, start);
            }
            int head = headOf(left);
            if (ahead.deadlineNanos(head) - start < plan.expectedNanos(ahead.itemsOf(head))) {
                left -= Math.min(left, ahead.itemsOf(head)); // late by then: the policy gives it up
                continue;
            }
            int size = sizeOfNext(head, start);
            if (left + request.items() <= size) {
                return answer(request, start + plan.expectedNanos(left + request.items()), left + request.items());
            }
            int run = Math.clamp(size, 1, left);
            if (start + plan.expectedNanos(run) - request.deadlineNanos() > 0) {
                // Late already, and by all that is still before it.
                double batches = (double) (left + request.items()) / (largest * (double) plan.engines());
                return refusal(request, start + (long) (Math.ceil(batches) * plan.expectedNanos(largest)));
            }
            variance += square(spread(run)) / plan.engines();
            free[engine] += plan.expectedNanos(run);
            left -= run;
            engine = firstFree();
        }
    }

    /** The request is the first of its batch: it must leave the time for those that will share it. */
    private Admission opening(Admission.Request request, long start) {
        int company = (int) Math.min(largest, ahead.itemsPerSecond() * (start - now) / 1e9);
        int size = Math.max(request.items(), company);
        return answer(request, start + plan.expectedNanos(size), size);
    }

    /** The request that is first when so many items are left; exact where all have one item. */
    private int headOf(int left) {
        return (int) ((ahead.items() - left) * (double) ahead.requests() / ahead.items());
    }

    /** How many items the policy would take next: no more than keep the most urgent one in time. */
    private int sizeOfNext(int head, long start) {
        long slack = ahead.deadlineNanos(head) - start - risk(largest);
        return plan.efficient(Math.min(largest, plan.within(slack)));
    }

    private Admission answer(Admission.Request request, long expectedFinish, int size) {
        long finish = expectedFinish + risk(size);
        return finish - request.deadlineNanos() <= 0 ? new Admission.Admitted(finish) : refusal(request, finish);
    }

    private static Admission refusal(Admission.Request request, long finish) {
        return new Admission.Refused(finish, Math.max(1, finish - request.deadlineNanos()));
    }

    private int firstFree() {
        int first = 0;
        for (int engine = 1; engine < free.length; engine++) {
            first = free[engine] < free[first] ? engine : first;
        }
        return first;
    }

    /** What to keep free for a batch after all that were formed before it. */
    private long risk(int items) {
        return reserve + (long) (margin * Math.sqrt(variance + square(spread(items))));
    }

    private double spread(int items) {
        double known = (double) plan.spreadNanos(items);
        return margin > 0 ? Math.max(known, LEAST_SPREAD * plan.expectedNanos(items)) : known;
    }

    private static double square(double value) {
        return value * value;
    }
}
