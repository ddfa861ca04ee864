package dev.kilter.runtime.batch;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.Admission;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bounded queue of one model, its admission, and the former of its batches. Requests that may share a batch stand
 * in one line; among the lines the one with the most urgent head goes first. One lock guards it all: the bound is
 * exact, admission knows what it promises, and no answer is given while it is held.
 *
 * <p>An arrival wakes an engine only if the policy would start a batch, or look again sooner than planned.
 */
public final class BatchQueue {

    /**
     * What stands behind the queue.
     *
     * @param engines threads that {@link #take}
     * @param largestBatch items in a batch at most, whatever the operating point allows; 1 for a model without batches
     */
    public record Engines(int engines, int largestBatch) {}

    private final QueueLimits bounds;
    private final Engines engines;
    private final LongFunction<OperatingPoint> operatingPoint;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final EngineCalls calls =
            new EngineCalls(lock, System::nanoTime, Runtime.getRuntime().availableProcessors());
    private final LesserPermits permits = new LesserPermits();
    private final BatchLines lines;
    private final EngineSlots slots;
    private int freeEngines;
    private int requests;
    private int items;
    private OperatingPoint point;
    private BatchLimits limits;
    /** When an engine that waits will look again. */
    private OptionalLong nextLook = OptionalLong.empty();

    private boolean closed;

    /**
     * @param policies makes the policy of each line
     * @param operatingPoint in force at a time of {@code clock}
     * @param curves what typical batches take, by variant
     * @param clock nanoseconds, monotonic
     */
    public BatchQueue(
            Supplier<BatchPolicy> policies,
            QueueLimits bounds,
            Engines engines,
            LongFunction<OperatingPoint> operatingPoint,
            Map<String, LearnedCurve> curves,
            LongSupplier clock) {
        this.bounds = bounds;
        this.engines = engines;
        this.slots = new EngineSlots(engines.engines());
        this.operatingPoint = operatingPoint;
        this.lines = new BatchLines(policies, curves, engines.engines());
        this.clock = clock;
    }

    /** Takes the request in, or tells why not. A full queue first lets go of what nobody waits for any more. */
    public Offer offer(PendingRequest request, long now) {
        List<Overtaken> overtaken = new ArrayList<>(0);
        lock.lock();
        try {
            if (closed) {
                return new Offer.Closed();
            }
            lookAround(now);
            PendingRequest permitted = permits.of(request, point.lesser(), now);
            Offer offer = admit(permitted, overtaken, now);
            if (!(offer instanceof Offer.Accepted)) {
                permits.left(permitted);
            }
            return offer;
        } finally {
            lock.unlock();
            overtaken.forEach(Overtaken::answer);
        }
    }

    private Offer admit(PendingRequest request, List<Overtaken> overtaken, long now) {
        BatchLine line = lines.open(request.batchKey(), point);
        line.arrived(request.items(), now);
        Admission admission = admission(line, request, now);
        long answerNanos = admission.finishNanos() - now;
        if (admission instanceof Admission.Refused refused) {
            return new Offer.Late(answerNanos, refused.retryAfterNanos());
        }
        if (!fits(request)) {
            overtaken.addAll(removeIf(waiting -> waiting.overtaken(now)));
            if (!fits(request)) {
                return new Offer.Full(requests, answerNanos);
            }
        }
        enqueue(line, request);
        if (freeEngines > 0 && worthALook(line, now)) {
            calls.one();
        }
        return Offer.ACCEPTED;
    }

    /** Waits for the next batch of that engine, which is free until then; empty once closed and nothing is left. */
    Optional<Batch> take(int engine) throws InterruptedException {
        while (true) {
            List<Overtaken> overtaken = new ArrayList<>();
            lock.lockInterruptibly();
            freeEngines++;
            try {
                long now = clock.getAsLong();
                cameBack(engine, now);
                lookAround(now);
                nextLook = OptionalLong.empty();
                Optional<Batch> batch = next(now, overtaken);
                if (batch.isPresent()) {
                    slots.start(engine, batch.get());
                    if (requests > 0 && freeEngines > 1) {
                        calls.one();
                    }
                    return batch;
                }
                if (closed && requests == 0) {
                    return Optional.empty();
                }
                if (overtaken.isEmpty() && nextLook.isEmpty()) {
                    calls.await();
                } else if (overtaken.isEmpty()) {
                    calls.await(Math.max(1, nextLook.getAsLong() - now));
                }
            } finally {
                freeEngines--;
                lock.unlock();
                overtaken.forEach(Overtaken::answer);
            }
        }
    }

    private void cameBack(int engine, long now) {
        slots.end(engine).ifPresent(batch -> lines.known(batch.batchKey()).ifPresent(line -> line.ran(batch, now)));
    }

    /** Answers what expired or was cancelled while every engine was busy. Called from time to time. */
    public void sweep() {
        long now = clock.getAsLong();
        remove(waiting -> waiting.overtaken(now));
    }

    /** Answers all that wait with that; for a model that will not serve them. */
    public void abandon(InferenceOutcome outcome) {
        remove(_ -> outcome);
    }

    /** Takes nothing more in; what is queued still runs, and without waiting for company. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            point = null;
            calls.all();
        } finally {
            lock.unlock();
        }
    }

    /** Requests waiting. */
    public int requests() {
        lock.lock();
        try {
            return requests;
        } finally {
            lock.unlock();
        }
    }

    /** What the engines run now. */
    List<Batch> running() {
        lock.lock();
        try {
            return slots.running();
        } finally {
            lock.unlock();
        }
    }

    private void lookAround(long now) {
        OperatingPoint inForce = operatingPoint.apply(now);
        if (!inForce.equals(point)) {
            BatchLimits its = BatchLimits.of(inForce);
            limits = new BatchLimits(
                    Math.min(its.maxBatchSize(), engines.largestBatch()),
                    closed ? OptionalLong.of(0) : its.maxDelayNanos());
            point = inForce;
            lines.serve(point);
        }
    }

    private boolean fits(PendingRequest request) {
        return requests < bounds.requests() && items + request.items() <= bounds.items();
    }

    private void enqueue(BatchLine line, PendingRequest request) {
        lines.add(line, request);
        requests++;
        items += request.items();
    }

    private boolean worthALook(BatchLine line, long now) {
        return switch (decide(line, now)) {
            case BatchDecision.Start _, BatchDecision.Drop _ -> true;
            case BatchDecision.Wait wait -> nextLook.isEmpty() || wait.untilNanos() - nextLook.getAsLong() < 0;
            case BatchDecision.Idle _ -> false;
        };
    }

    private BatchDecision decide(BatchLine line, long now) {
        return point.lesser().isPresent() && line.requests() > 0 && line.degradable(0)
                ? line.decide(limits, freeEngines, slots.busyNanos(0, now), now)
                : line.decide(limits, freeEngines, now);
    }

    /** The next batch; if there is none, {@link #nextLook} tells when there may be. */
    private Optional<Batch> next(long now, List<Overtaken> overtaken) {
        List<BatchLine> busy = lines.busyByUrgency();
        for (int i = 0; i < busy.size(); i++) {
            BatchLine line = busy.get(i);
            switch (decide(line, now)) {
                case BatchDecision.Start start -> {
                    boolean degraded = start instanceof BatchDecision.Degrade;
                    Optional<Batch> batch = form(line, start.items(), degraded, now, overtaken);
                    if (batch.isPresent()) {
                        return batch;
                    }
                    i--; // all of them were overtaken: ask again, or whoever is in its place now
                }
                case BatchDecision.Drop drop -> {
                    for (int dropped = 0; dropped < drop.requests(); dropped++) {
                        PendingRequest lost = removeFirst(line);
                        line.gaveUp(lost);
                        overtaken.add(left(lost, lost.late(now)));
                    }
                    i--;
                }
                case BatchDecision.Wait wait -> {
                    line.waits(now);
                    if (nextLook.isEmpty() || wait.untilNanos() - nextLook.getAsLong() < 0) {
                        nextLook = OptionalLong.of(wait.untilNanos());
                    }
                }
                case BatchDecision.Idle _ -> {}
            }
        }
        return Optional.empty();
    }

    private Optional<Batch> form(BatchLine line, int most, boolean degraded, long now, List<Overtaken> overtaken) {
        List<PendingRequest> taken = new ArrayList<>(Math.min(most, line.requests()));
        long firstArrival = line.firstArrivalNanos();
        int room = most;
        // Whoever is overtaken may leave its room to others.
        while (line.requests() > 0
                && (!degraded || line.degradable(0))
                && (taken.isEmpty() || line.first().items() <= room)) {
            PendingRequest request = removeFirst(line);
            InferenceOutcome outcome = request.overtaken(now);
            if (outcome != null) {
                overtaken.add(left(request, outcome));
            } else {
                taken.add(request);
                room -= request.items();
                permits.ran(request, degraded, now);
            }
        }
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(line.batch(taken, most - room, degraded, firstArrival, now));
    }

    private PendingRequest removeFirst(BatchLine line) {
        PendingRequest first = lines.removeFirst(line);
        requests--;
        items -= first.items();
        return first;
    }

    private void remove(Function<PendingRequest, InferenceOutcome> leaves) {
        List<Overtaken> overtaken;
        lock.lock();
        try {
            overtaken = requests == 0 ? List.of() : removeIf(leaves);
        } finally {
            lock.unlock();
        }
        overtaken.forEach(Overtaken::answer);
    }

    /** Takes out those that the function has an answer for. */
    private List<Overtaken> removeIf(Function<PendingRequest, InferenceOutcome> leaves) {
        List<Overtaken> overtaken = new ArrayList<>();
        for (BatchLine line : lines.busy()) {
            line.removeIf(request -> {
                InferenceOutcome outcome = leaves.apply(request);
                if (outcome == null) {
                    return false;
                }
                requests--;
                items -= request.items();
                return overtaken.add(left(request, outcome));
            });
        }
        lines.forgetEmpty();
        return overtaken;
    }

    private Admission admission(BatchLine line, PendingRequest request, long now) {
        long others = lines.nanosBefore(line, request, limits.maxBatchSize());
        Admission admission = line.admission(request, limits, slots.busyNanos(others, now), now);
        return admission instanceof Admission.Refused
                        && point.lesser().isPresent()
                        && line.degradesFor(request, slots.busyNanos(others, now), now)
                ? new Admission.Admitted(request.deadlineNanos())
                : admission;
    }

    private Overtaken left(PendingRequest request, InferenceOutcome outcome) {
        permits.left(request);
        return new Overtaken(request, outcome);
    }
}
