package dev.kilter.core.batching;

/**
 * Forms batches under deadlines: as large as is efficient and in time, at once unless waiting pays.
 *
 * <ul>
 *   <li><em>Size.</em> What is queued, up to the size that serves most items a second (a step of the curve is filled or
 *       not begun), as long as no member is expected to miss its deadline by it. A size that nothing is known of is
 *       tried where nobody is late by it. With several engines a batch also leaves room for what comes after it (see
 *       {@link BatchPlan#largest}).
 *   <li><em>Waiting</em>, only while the engines are busy enough for batches to matter: inside a step of the curve up
 *       to the latest safe start, because nobody loses by it (the deferral of Symphony, Chen et al. 2023), but not for
 *       company that has stopped coming; with several engines until they start evenly one after the other, so that one
 *       does not run crumbs while another runs all. One engine with a smooth curve never waits: while it works the
 *       queue fills by itself, as with Triton's default. The user's {@code maxDelay} bounds it.
 *   <li><em>Giving up.</em> A request whose deadline has become too near, and heads that would force a batch so small
 *       that others behind them were late: the early drop of Nexus (Shen et al., SOSP 2019). Under overload only the
 *       former: there admission refuses enough, and those that it let in were promised to be in time. The last one
 *       waiting is never given up, so that an estimate that is too high is corrected by a run.
 * </ul>
 *
 * <p>A decision looks at no more requests than the largest batch has items and at most {@value #MOST_HEADS} heads, and
 * allocates nothing but its result.
 */
public final class SloBatchPolicy implements BatchPolicy {
    private static final int MOST_HEADS = 128;
    /**
     * A batch is made slower only while its members are in time even if it takes so many spreads longer than expected.
     */
    private static final double DOUBT = 0.5;

    /** Mean gaps without a request, after which nobody waits for the next: a steady stream has one such in 150. */
    private static final double SILENCE = 5;

    private static final BatchDecision IDLE = new BatchDecision.Idle();

    private BatchPlan plan;
    private boolean started;
    private long startNanos;
    private volatile long windowNanos;

    @Override
    public BatchDecision decide(QueueView queue, long nowNanos) {
        if (queue.requests() == 0 || queue.freeEngines() == 0) {
            return IDLE;
        }
        refresh(queue, nowNanos);
        int largest = plan.largest(budget(queue));
        int given = givenUp(queue, largest, nowNanos);
        if (given > 0) {
            return new BatchDecision.Drop(given);
        }
        int size = plan.efficient(inTime(queue, largest, nowNanos));
        if (size == queue.items() && size < largest) {
            long until = worthWaitingUntil(queue, size, nowNanos);
            if (until - nowNanos > 0) {
                return new BatchDecision.Wait(until);
            }
        }
        started = true;
        startNanos = nowNanos;
        int smaller = queue.cost().worthTrying(size);
        return new BatchDecision.Run(smaller < size && costsNobody(queue, smaller, size, nowNanos) ? smaller : size);
    }

    /** Whether all who would share a batch of that size are in time even if they run as two. */
    private boolean costsNobody(QueueView queue, int smaller, int size, long now) {
        long both = 2 * plan.cautiousNanos(size);
        int items = 0;
        for (int i = 0; items < size; i++) {
            if (queue.deadlineNanos(i) - now < both) {
                return false;
            }
            items += queue.itemsOf(i);
        }
        return queue.itemsOf(0) <= smaller;
    }

    /** How long a batch may wait for company at the load of late; any thread. */
    public long windowNanos() {
        return windowNanos;
    }

    private void refresh(QueueView queue, long now) {
        BatchPlan recent = queue.plan(now);
        if (recent != plan) {
            plan = recent;
            long window = plan.windowNanos(queue.itemsPerSecond(), budget(queue));
            windowNanos = Math.min(window, queue.limits().maxDelayNanos().orElse(Long.MAX_VALUE));
        }
    }

    /** From arrival to deadline, of the least urgent: a head in a hurry must not make all batches small. */
    private static long budget(QueueView queue) {
        int last = queue.requests() - 1;
        return queue.deadlineNanos(last) - queue.arrivalNanos(last);
    }

    /** Items from the head on that make no member late by sharing a batch; at least the head's own. */
    private int inTime(QueueView queue, int largest, long now) {
        int items = 0;
        long slack = Long.MAX_VALUE;
        long reserve = reserve(queue);
        for (int i = 0; i < queue.requests(); i++) {
            int more = queue.itemsOf(i);
            long own = queue.deadlineNanos(i) - now;
            // One that is late anyway holds up nobody.
            slack = own < plan.expectedNanos(more) ? slack : Math.min(slack, own);
            if (i > 0 && (items + more > largest || costsTime(items, more, slack - reserve))) {
                break;
            }
            items += more;
        }
        return Math.min(items, plan.maxBatchSize());
    }

    /**
     * Whether that many more items would make the tightest member late; inside a step of the curve they make nobody
     * later.
     */
    private boolean costsTime(int items, int more, long slack) {
        long spread = (long) (DOUBT * plan.spreadNanos(items + more));
        return !plan.isFree(items, more) && plan.expectedNanos(items + more) + spread > slack;
    }

    /** How many heads to give up. */
    private int givenUp(QueueView queue, int largest, long now) {
        int most = Math.min(queue.requests() - 1, MOST_HEADS);
        int lost = 0;
        while (lost < most && queue.deadlineNanos(lost) - now < plan.expectedNanos(queue.itemsOf(lost))) {
            lost++;
        }
        return lost > 0 || most == 0 || promised(queue, largest) ? lost : hinderingHeads(queue, largest, most, now);
    }

    /** What stays free of promises: a part of it only, or one stall would break up the batches after it. */
    private static long reserve(QueueView queue) {
        return (long) (DOUBT * queue.promises().reserveNanos(budget(queue)));
    }

    /** Whether admission lets in only what is in time almost certainly. */
    private boolean promised(QueueView queue, int largest) {
        return BatchPlan.margin(overload(queue, largest)) > 0;
    }

    private double overload(QueueView queue, int largest) {
        return plan.overload(queue.itemsPerSecond(), plan.efficient(largest));
    }

    /** Heads without which a batch would serve more a second. */
    private int hinderingHeads(QueueView queue, int largest, int most, long now) {
        int size = Math.min(plan.within(queue.deadlineNanos(0) - now), largest);
        if (size >= Math.min(queue.items(), largest)) {
            return 0;
        }
        int best = 0;
        int bestSize = Math.max(1, size);
        int behind = queue.items();
        for (int heads = 1; heads <= most && size < largest; heads++) {
            behind -= queue.itemsOf(heads - 1);
            size = Math.min(plan.within(queue.deadlineNanos(heads) - now), largest);
            int items = Math.max(1, Math.min(size, behind));
            if ((double) items * plan.expectedNanos(bestSize) > (double) bestSize * plan.expectedNanos(items)) {
                best = heads;
                bestSize = items;
            }
        }
        return best;
    }

    private long worthWaitingUntil(QueueView queue, int size, long now) {
        if (!plan.busy(queue.itemsPerSecond())) {
            return now;
        }
        long latest = queue.deadlineNanos(0) - plan.cautiousNanos(size + 1) - now;
        long wait = 0;
        if (plan.hasRoom(size)) {
            wait = companyUntil(queue) - now;
        } else if (plan.engines() > 1 && started) {
            wait = startNanos + plan.expectedNanos(size) / plan.engines() - now;
        }
        long delay = queue.limits().maxDelayNanos().orElse(Long.MAX_VALUE);
        long allowed = delay == Long.MAX_VALUE ? delay : queue.firstArrivalNanos() + delay - now;
        return now + Math.min(wait, Math.min(latest, allowed));
    }

    /** Until when another request is to be expected at the rate of late: whoever is silent for longer has stopped. */
    private static long companyUntil(QueueView queue) {
        long last = queue.arrivalNanos(0);
        for (int i = 1; i < queue.requests(); i++) {
            last += Math.max(0, queue.arrivalNanos(i) - last);
        }
        double gapNanos = 1e9 * queue.items() / queue.requests() / queue.itemsPerSecond();
        return last + (long) (SILENCE * gapNanos);
    }
}
