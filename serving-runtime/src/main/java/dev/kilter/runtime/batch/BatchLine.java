package dev.kilter.runtime.batch;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.Admission;
import dev.kilter.core.batching.ArrivalRate;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPlan;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.core.batching.LesserAnswers;
import dev.kilter.core.batching.Promises;
import dev.kilter.core.batching.QueueView;
import dev.kilter.core.batching.RecentPlan;
import dev.kilter.core.batching.WaitingRequests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Requests that may share a batch, the most urgent first, in a ring: where requests come in the order of their urgency,
 * as they do with one objective for all, both ends cost the same however many wait; one that is more urgent than others
 * moves those. Guarded by the queue's lock.
 */
final class BatchLine implements QueueView {

    private static final int FIRST_CAPACITY = 16;

    private final Object key;
    private final BatchPolicy policy;
    private final RecentPlan plans;
    private final LesserAnswers lesserAnswers;
    private final ArrivalRate rate = new ArrivalRate();
    private final Promises promises = new Promises();
    private PendingRequest[] ring = new PendingRequest[FIRST_CAPACITY];
    private int head;
    private int requests;
    private int items;
    /** Whether the order of arrival may differ from the order of urgency. */
    private boolean mixed;

    private final Map<String, LearnedCurve> curves = new HashMap<>();
    private String variant = "";
    private LearnedCurve curve = new LearnedCurve();
    private Optional<OperatingPoint.Lesser> lesser = Optional.empty();
    private LearnedCurve lesserCurve = new LearnedCurve();
    private OptionalLong waitsSince = OptionalLong.empty();
    private BatchLimits limits;
    private int freeEngines;
    private long nowNanos;

    BatchLine(Object key, BatchPolicy policy, int engines) {
        this.key = key;
        this.policy = policy;
        this.plans = new RecentPlan(engines);
        this.lesserAnswers = new LesserAnswers(engines);
    }

    /** From now on it is served by that variant, whose typical batches take {@code typical}. */
    void serveWith(String name, LearnedCurve typical) {
        if (!name.equals(variant)) {
            variant = name;
            curve = curves.computeIfAbsent(name, _ -> new LearnedCurve(typical));
        }
    }

    /** From now on that variant, whose typical batches take {@code typical}, answers what would be refused. */
    void degradeTo(OperatingPoint.Lesser by, LearnedCurve typical) {
        lesser = Optional.of(by);
        lesserCurve = curves.computeIfAbsent(by.variant(), _ -> new LearnedCurve(typical));
    }

    /** From now on no lesser variant answers. */
    void degradeNoMore() {
        lesser = Optional.empty();
    }

    /** What to do, as things stand. */
    BatchDecision decide(BatchLimits inForce, int enginesFree, long now) {
        look(inForce, enginesFree, now);
        return policy.decide(this, now);
    }

    /**
     * The same where the lesser variant may answer.
     *
     * @param busyNanos of each engine
     */
    BatchDecision decide(BatchLimits inForce, int enginesFree, long[] busyNanos, long now) {
        look(inForce, enginesFree, now);
        return lesserAnswers.decide(policy, this, lesserCurve, busyNanos, now);
    }

    private void look(BatchLimits inForce, int enginesFree, long now) {
        limits = inForce;
        freeEngines = enginesFree;
        nowNanos = now;
    }

    /** A batch of this line came back. */
    void ran(Batch batch, long now) {
        policy.ran(new BatchPolicy.Ran(batch.items(), now - batch.formedNanos(), now - batch.firstArrivalNanos()));
        for (PendingRequest request : batch.requests()) {
            promises.answered(request.call().arrivalNanos(), request.deadlineNanos(), now);
        }
    }

    /** A request that had been taken out will not run: it would be late. */
    void gaveUp(PendingRequest request) {
        promises.broken(request.call().arrivalNanos());
    }

    void arrived(int more, long now) {
        rate.arrived(more, now);
    }

    void add(PendingRequest request) {
        if (requests == ring.length) {
            grow();
        }
        int place = requests;
        for (; place > 0 && request.before(get(place - 1)); place--) {
            ring[slot(place)] = get(place - 1);
        }
        ring[slot(place)] = request;
        boolean afterALaterOne = place > 0
                && get(place - 1).call().arrivalNanos() - request.call().arrivalNanos() > 0;
        mixed |= place < requests || afterALaterOne;
        requests++;
        items += request.items();
    }

    PendingRequest first() {
        return get(0);
    }

    PendingRequest removeFirst() {
        PendingRequest first = get(0);
        ring[head] = null;
        head = slot(1);
        requests--;
        items -= first.items();
        mixed &= requests > 1;
        return first;
    }

    /** An engine is free, and the policy waits for company. */
    void waits(long now) {
        if (waitsSince.isEmpty()) {
            waitsSince = OptionalLong.of(now);
        }
    }

    /**
     * The batch of those that were taken out.
     *
     * @param degraded whether the lesser variant runs it
     */
    Batch batch(List<PendingRequest> taken, int itemsTaken, boolean degraded, long firstArrival, long now) {
        LearnedCurve its = degraded ? lesserCurve : curve;
        long window = waitsSince.isEmpty() ? 0 : now - waitsSince.getAsLong();
        waitsSince = OptionalLong.empty();
        return new Batch(
                taken,
                itemsTaken,
                key,
                its,
                degraded ? lesser.orElseThrow().variant() : variant,
                degraded,
                firstArrival,
                now,
                window,
                its.expectedNanos(itemsTaken),
                its.cautiousNanos(itemsTaken));
    }

    /** Takes out what the test tells; the rest keeps its order. */
    void removeIf(Predicate<PendingRequest> leaves) {
        int kept = 0;
        for (int i = 0; i < requests; i++) {
            PendingRequest request = get(i);
            if (leaves.test(request)) {
                items -= request.items();
            } else {
                ring[slot(kept++)] = request;
            }
        }
        for (int i = kept; i < requests; i++) {
            ring[slot(i)] = null;
        }
        requests = kept;
    }

    /** Expected time of the batches of this line that would run before a request of another. */
    long nanosBefore(PendingRequest request, int max) {
        int before = itemsUpTo(placeOf(request));
        int rest = before % max;
        return before / max * curve.expectedNanos(max) + (rest > 0 ? curve.expectedNanos(rest) : 0);
    }

    /**
     * Whether the request can be in time behind those of this line that are as urgent.
     *
     * @param busyNanos of each engine, with what else goes first; used up
     */
    Admission admission(PendingRequest request, BatchLimits inForce, long[] busyNanos, long now) {
        limits = inForce;
        nowNanos = now;
        return Admission.of(plan(now), ahead(request), busyNanos, asked(request), now);
    }

    /**
     * Whether the lesser variant makes room for a request that was just refused.
     *
     * @param busyNanos of each engine, with what else goes first
     */
    boolean degradesFor(PendingRequest request, long[] busyNanos, long now) {
        return lesserAnswers.admits(
                plan(now), lesserCurve, request.degradable(), ahead(request), asked(request), busyNanos, now);
    }

    private Ahead ahead(PendingRequest request) {
        int place = placeOf(request);
        return new Ahead(this, place, itemsUpTo(place));
    }

    private static Admission.Request asked(PendingRequest request) {
        long deadline = request.deadlineNanos();
        return new Admission.Request(
                request.items(), deadline, deadline - request.call().arrivalNanos());
    }

    private int placeOf(PendingRequest request) {
        int place = requests;
        while (place > 0 && request.before(get(place - 1))) {
            place--;
        }
        return place;
    }

    private int itemsUpTo(int place) {
        int before = items;
        for (int i = place; i < requests; i++) {
            before -= get(i).items();
        }
        return before;
    }

    private PendingRequest get(int index) {
        return ring[slot(index)];
    }

    private int slot(int index) {
        return head + index & ring.length - 1;
    }

    private void grow() {
        PendingRequest[] larger = new PendingRequest[ring.length * 2];
        for (int i = 0; i < requests; i++) {
            larger[i] = get(i);
        }
        ring = larger;
        head = 0;
    }

    @Override
    public int requests() {
        return requests;
    }

    @Override
    public int items() {
        return items;
    }

    @Override
    public int itemsOf(int index) {
        return get(index).items();
    }

    @Override
    public long arrivalNanos(int index) {
        return get(index).call().arrivalNanos();
    }

    @Override
    public long deadlineNanos(int index) {
        return get(index).deadlineNanos();
    }

    @Override
    public boolean degradable(int index) {
        return get(index).degradable();
    }

    @Override
    public long firstArrivalNanos() {
        long first = arrivalNanos(0);
        for (int i = 1; mixed && i < requests; i++) {
            first = arrivalNanos(i) - first < 0 ? arrivalNanos(i) : first;
        }
        return first;
    }

    @Override
    public int freeEngines() {
        return freeEngines;
    }

    @Override
    public BatchLimits limits() {
        return limits;
    }

    @Override
    public BatchPlan plan(long now) {
        return plans.of(curve, limits.maxBatchSize(), now);
    }

    @Override
    public BatchCost cost() {
        return curve;
    }

    @Override
    public double itemsPerSecond() {
        return rate.itemsPerSecond(nowNanos);
    }

    @Override
    public Promises promises() {
        return promises;
    }

    /** The first ones of a line: those that go before a request. */
    private record Ahead(BatchLine line, int requests, int items) implements WaitingRequests {
        @Override
        public int itemsOf(int index) {
            return line.itemsOf(index);
        }

        @Override
        public long deadlineNanos(int index) {
            return line.deadlineNanos(index);
        }

        @Override
        public boolean degradable(int index) {
            return line.degradable(index);
        }

        @Override
        public double itemsPerSecond() {
            return line.itemsPerSecond();
        }

        @Override
        public Promises promises() {
            return line.promises();
        }
    }
}
