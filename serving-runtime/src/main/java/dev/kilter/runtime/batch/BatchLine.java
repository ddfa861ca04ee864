package dev.kilter.runtime.batch;

import dev.kilter.core.batching.ArrivalRate;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Requests that may share a batch, the most urgent first, in a ring: where requests come in the order of their urgency,
 * as they do with one objective for all, both ends cost the same however many wait; one that is more urgent than others
 * moves those. Guarded by the queue's lock.
 */
final class BatchLine implements QueueView {

    private static final int FIRST_CAPACITY = 16;
    /** Arrivals over what is served; the rate of arrivals is known to some tenth. */
    private static final double OVERLOAD = 1.2;

    private final Object key;
    private final BatchPolicy policy;
    private final ArrivalRate rate = new ArrivalRate();
    private PendingRequest[] ring = new PendingRequest[FIRST_CAPACITY];
    private int head;
    private int requests;
    private int items;
    /** Whether the order of arrival may differ from the order of urgency. */
    private boolean mixed;

    private final Map<String, LearnedCurve> curves = new HashMap<>();
    private String variant = "";
    private LearnedCurve curve = new LearnedCurve();
    private OptionalLong waitsSince = OptionalLong.empty();
    private BatchLimits limits;
    private int freeEngines;
    private long nowNanos;

    BatchLine(Object key, BatchPolicy policy) {
        this.key = key;
        this.policy = policy;
    }

    /** From now on it is served by that variant, whose typical batches take {@code typical}. */
    void serveWith(String name, LearnedCurve typical) {
        if (!name.equals(variant)) {
            variant = name;
            curve = curves.computeIfAbsent(name, _ -> new LearnedCurve(typical));
        }
    }

    /** What to do, as things stand. */
    BatchDecision decide(BatchLimits inForce, int enginesFree, long now) {
        limits = inForce;
        freeEngines = enginesFree;
        nowNanos = now;
        return policy.decide(this, now);
    }

    /** A batch of this line came back. */
    void ran(Batch batch, long now) {
        policy.ran(new BatchPolicy.Ran(batch.items(), now - batch.formedNanos(), now - batch.firstArrivalNanos()));
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

    /** The batch of those that were taken out. */
    Batch batch(List<PendingRequest> taken, int itemsTaken, long firstArrival, long now) {
        long window = waitsSince.isEmpty() ? 0 : now - waitsSince.getAsLong();
        waitsSince = OptionalLong.empty();
        return new Batch(
                taken,
                itemsTaken,
                key,
                curve,
                variant,
                firstArrival,
                now,
                window,
                curve.expectedNanos(itemsTaken),
                curve.cautiousNanos(itemsTaken));
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

    /** Cautious time of the batches of this line that would run before a request of another. */
    long nanosBefore(PendingRequest request, int max) {
        int before = itemsUpTo(placeOf(request));
        int rest = before % max;
        return before / max * curve.cautiousNanos(max) + (rest > 0 ? curve.cautiousNanos(rest) : 0);
    }

    /**
     * When a request would be answered, and by when it would have to be, both from now.
     *
     * @param allowedNanos until its own deadline, or an earlier one of those whose batch it would join: a batch is
     *     answered as a whole, so who joins it must not make the others late
     */
    record Forecast(long answerNanos, long allowedNanos) {}

    /**
     * Whether more comes than full batches serve. A burst below that is absorbed, with what is expected to be in time;
     * in an overload somebody must be refused anyway, so it is those who might be late.
     */
    boolean overloaded(int max, int engines, long now) {
        return rate.itemsPerSecond(now) * curve.expectedNanos(max) > OVERLOAD * 1e9 * max * engines;
    }

    /** {@code startNanos}: until an engine is free for this line; {@code careful}: by cautious estimate. */
    Forecast forecast(PendingRequest request, long startNanos, int max, int engines, boolean careful, long now) {
        int place = placeOf(request);
        int before = itemsUpTo(place);
        int mates = before % max;
        long start = startNanos + before / max * nanosOf(max, careful) / engines;
        long withoutIt = start + nanosOf(Math.max(1, mates), careful);
        long allowed = request.deadlineNanos() - now;
        for (int i = place - 1, counted = 0; i >= 0 && counted < mates; i--) {
            long others = get(i).deadlineNanos() - now;
            allowed = others < withoutIt ? allowed : Math.min(allowed, others); // late in any case: no reason
            counted += get(i).items();
        }
        return new Forecast(start + nanosOf(Math.min(max, mates + request.items()), careful), allowed);
    }

    private long nanosOf(int size, boolean careful) {
        return careful ? curve.cautiousNanos(size) : curve.expectedNanos(size);
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
    public BatchCost cost() {
        return curve;
    }

    @Override
    public double itemsPerSecond() {
        return rate.itemsPerSecond(nowNanos);
    }
}
