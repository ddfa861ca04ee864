package dev.kilter.core.batching;

/**
 * Answers by a lesser, faster variant what would otherwise be refused or late, and as few requests as that takes: the
 * first of those that wait, in a batch of their own, so that the rest is in time by the target variant. An answer of
 * lesser quality in time is bought for one that would not be given; the share of such answers is bounded.
 *
 * <p>A decision looks at one request of each batch that waits, some times over. Allocates little. One thread at a time.
 */
public final class LesserAnswers {
    private final RecentPlan lessers;

    /** @param engines instances that share the queue */
    public LesserAnswers(int engines) {
        this.lessers = new RecentPlan(engines);
    }

    /**
     * What to do with the queue now: what the policy says, unless the lesser variant is to run the next batch, which
     * could start now, or answers what the policy would give up.
     *
     * @param lesser what its batches take
     * @param busyNanos of each engine instance: how long its batch is still expected to run; 0 for a free one
     */
    public BatchDecision decide(
            BatchPolicy policy, QueueView queue, BatchCost lesser, long[] busyNanos, long nowNanos) {
        if (queue.requests() == 0 || queue.freeEngines() == 0 || !queue.degradable(0) || !known(lesser)) {
            return policy.decide(queue, nowNanos);
        }
        int max = queue.limits().maxBatchSize();
        Outlook outlook = outlook(queue.plan(nowNanos), lesser, queue, busyNanos, nowNanos);
        int requests = outlook.fewest();
        if (requests > 0) {
            return degrade(queue, requests, outlook.late(0) - outlook.late(requests));
        }
        BatchDecision decision = policy.decide(queue, nowNanos);
        if (decision instanceof BatchDecision.Drop drop) {
            BatchPlan plan = lessers.of(lesser, max, nowNanos);
            int given = Math.min(outlook.degradable(), drop.requests());
            BatchDecision.Degrade instead = degrade(queue, given, given);
            return queue.deadlineNanos(0) - nowNanos >= plan.expectedNanos(instead.items())
                    ? instead
                    : new BatchDecision.Drop(1);
        }
        return decision instanceof BatchDecision.Run(int items) ? new BatchDecision.Run(outlook.sure(items)) : decision;
    }

    /** The first of them, as many as one batch may hold. */
    private static BatchDecision.Degrade degrade(QueueView queue, int requests, int saved) {
        int max = queue.limits().maxBatchSize();
        int items = queue.itemsOf(0);
        for (int i = 1; i < requests && items + queue.itemsOf(i) <= max; i++) {
            items += queue.itemsOf(i);
        }
        return new BatchDecision.Degrade(Math.min(items, max), saved);
    }

    /**
     * Whether a request that the target variant cannot answer in time is admitted all the same.
     *
     * @param target plan of the target variant's curve
     * @param lesser what those of the lesser one take
     * @param mayBe whether the lesser one may answer it
     * @param ahead what waits and is as urgent or more
     * @param busyNanos as above
     */
    public boolean admits(
            BatchPlan target,
            BatchCost lesser,
            boolean mayBe,
            WaitingRequests ahead,
            Admission.Request request,
            long[] busyNanos,
            long nowNanos) {
        boolean first = ahead.requests() == 0 ? mayBe : ahead.degradable(0);
        if (!first || !known(lesser)) {
            return false;
        }
        WaitingRequests with = new WithOneMore(ahead, request, mayBe);
        Outlook outlook = outlook(target, lesser, with, busyNanos, nowNanos);
        return outlook.late(outlook.degradable()) == 0;
    }

    private static boolean known(BatchCost cost) {
        return cost.expectedNanos(1) > 0;
    }

    private Outlook outlook(BatchPlan target, BatchCost lesser, WaitingRequests waiting, long[] busyNanos, long now) {
        BatchPlan faster = lessers.of(lesser, target.maxBatchSize(), now);
        return new Outlook(target, faster, waiting, busyNanos, now);
    }

    /** Those ahead, and the one behind them. */
    private record WithOneMore(WaitingRequests ahead, Admission.Request last, boolean mayBe)
            implements WaitingRequests {
        @Override
        public int requests() {
            return ahead.requests() + 1;
        }

        @Override
        public int items() {
            return ahead.items() + last.items();
        }

        @Override
        public int itemsOf(int index) {
            return index < ahead.requests() ? ahead.itemsOf(index) : last.items();
        }

        @Override
        public long deadlineNanos(int index) {
            return index < ahead.requests() ? ahead.deadlineNanos(index) : last.deadlineNanos();
        }

        @Override
        public boolean degradable(int index) {
            return index < ahead.requests() ? ahead.degradable(index) : mayBe;
        }

        @Override
        public double itemsPerSecond() {
            return ahead.itemsPerSecond();
        }

        @Override
        public Promises promises() {
            return ahead.promises();
        }
    }
}
