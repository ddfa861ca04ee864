package dev.kilter.runtime.batch;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * The bounded queue of one model and the former of its batches. Requests that may share a batch stand in one line;
 * among the lines the one with the oldest head goes first, so no shape starves another. One lock guards it all: the
 * bound is exact, and no answer is given while it is held.
 */
public final class BatchQueue {

    /** What became of an offered request. */
    public enum Offer {
        ACCEPTED,
        FULL,
        CLOSED
    }

    private final BatchPolicy policy;
    private final QueueLimits limits;
    private final LongFunction<OperatingPoint> operatingPoint;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Object, Line> lines = new HashMap<>();
    private int requests;
    private int items;
    private int freeEngines;
    private BatchLimits limitsInForce;
    private boolean closed;

    /**
     * @param operatingPoint in force at a time of {@code clock}
     * @param clock nanoseconds, monotonic
     */
    public BatchQueue(
            BatchPolicy policy, QueueLimits limits, LongFunction<OperatingPoint> operatingPoint, LongSupplier clock) {
        this.policy = policy;
        this.limits = limits;
        this.operatingPoint = operatingPoint;
        this.clock = clock;
    }

    /** Takes the request in, or tells why not. A full queue first lets go of what nobody waits for any more. */
    public Offer offer(PendingRequest request) {
        List<Overtaken> overtaken = List.of();
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (!fits(request)) {
                overtaken = removeOvertaken(clock.getAsLong());
                if (!fits(request)) {
                    return Offer.FULL;
                }
            }
            lines.computeIfAbsent(request.batchKey(), _ -> new Line()).add(request);
            requests++;
            items += request.items();
            changed.signal();
            return Offer.ACCEPTED;
        } finally {
            lock.unlock();
            overtaken.forEach(Overtaken::answer);
        }
    }

    /** Waits for the next batch; empty once the queue is closed and nothing is left. */
    Optional<Batch> take() throws InterruptedException {
        while (true) {
            List<Overtaken> overtaken = new ArrayList<>();
            lock.lockInterruptibly();
            freeEngines++;
            try {
                long now = clock.getAsLong();
                Next next = next(now);
                if (next.line() != null) {
                    Batch batch = form(next, now, overtaken);
                    if (requests > 0) {
                        changed.signal();
                    }
                    if (!batch.requests().isEmpty()) {
                        return Optional.of(batch);
                    }
                } else if (closed && requests == 0) {
                    return Optional.empty();
                } else if (next.wakeUpNanos() == Long.MAX_VALUE) {
                    changed.await();
                } else {
                    changed.await(next.wakeUpNanos(), TimeUnit.NANOSECONDS);
                }
            } finally {
                freeEngines--;
                lock.unlock();
                overtaken.forEach(Overtaken::answer);
            }
        }
    }

    /** Answers what expired or was cancelled while every engine was busy. Called from time to time. */
    public void sweep() {
        List<Overtaken> overtaken;
        lock.lock();
        try {
            overtaken = requests == 0 ? List.of() : removeOvertaken(clock.getAsLong());
        } finally {
            lock.unlock();
        }
        overtaken.forEach(Overtaken::answer);
    }

    /** Takes nothing more in; what is queued still runs, and without waiting for company. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
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

    /** Items waiting. */
    public int items() {
        lock.lock();
        try {
            return items;
        } finally {
            lock.unlock();
        }
    }

    /** The bounds. */
    public QueueLimits limits() {
        return limits;
    }

    private boolean fits(PendingRequest request) {
        return requests < limits.requests() && items + request.items() <= limits.items();
    }

    /** The line to run now, or when to look again: nanoseconds from now, {@link Long#MAX_VALUE} for "when told". */
    private record Next(Line line, int items, String variant, long wakeUpNanos) {}

    private Next next(long now) {
        OperatingPoint point = operatingPoint.apply(now);
        limitsInForce = closed ? new BatchLimits(point.maxBatchSize(), OptionalLong.of(0)) : BatchLimits.of(point);
        long wakeUp = Long.MAX_VALUE;
        for (Line line : oldestFirst()) {
            switch (policy.decide(line, now)) {
                case BatchDecision.Run run -> {
                    return new Next(line, run.items(), point.variant(), 0);
                }
                case BatchDecision.Drop drop ->
                    throw new IllegalStateException(
                            drop + " of a policy (expected: none, requests expire by themselves)");
                case BatchDecision.Wait wait -> wakeUp = Math.min(wakeUp, Math.max(1, wait.untilNanos() - now));
                case BatchDecision.Idle() -> {}
            }
        }
        return new Next(null, 0, point.variant(), wakeUp);
    }

    private List<Line> oldestFirst() {
        List<Line> ordered = new ArrayList<>(lines.values());
        if (ordered.size() > 1) {
            long now = clock.getAsLong();
            ordered.sort(Comparator.comparingLong(line -> line.firstArrivalNanos() - now));
        }
        return ordered;
    }

    private Batch form(Next next, long now, List<Overtaken> overtaken) {
        List<PendingRequest> taken = new ArrayList<>();
        int room = next.items();
        Line line = next.line();
        while (!line.requests.isEmpty()
                && (taken.isEmpty() || line.requests.getFirst().items() <= room)) {
            PendingRequest request = remove(line, line.requests.getFirst());
            Optional<InferenceOutcome> outcome = request.overtaken(now);
            if (outcome.isPresent()) {
                overtaken.add(new Overtaken(request, outcome.get()));
            } else {
                taken.add(request);
                room -= request.items();
            }
        }
        if (line.requests.isEmpty()) {
            lines.values().remove(line);
        }
        return new Batch(taken, next.items() - room, next.variant(), now);
    }

    private PendingRequest remove(Line line, PendingRequest head) {
        line.requests.removeFirst();
        line.items -= head.items();
        requests--;
        items -= head.items();
        return head;
    }

    private List<Overtaken> removeOvertaken(long now) {
        List<Overtaken> overtaken = new ArrayList<>();
        for (Line line : lines.values()) {
            for (Iterator<PendingRequest> each = line.requests.iterator(); each.hasNext(); ) {
                PendingRequest request = each.next();
                request.overtaken(now).ifPresent(outcome -> {
                    each.remove();
                    line.items -= request.items();
                    requests--;
                    items -= request.items();
                    overtaken.add(new Overtaken(request, outcome));
                });
            }
        }
        lines.values().removeIf(line -> line.requests.isEmpty());
        return overtaken;
    }

    /** A request that left the queue without an engine, and what its caller is told once the lock is free. */
    private record Overtaken(PendingRequest request, InferenceOutcome outcome) {
        void answer() {
            request.answer().complete(outcome);
        }
    }

    /** Requests that may share a batch, oldest first; never empty while it is in the map. */
    private final class Line implements QueueView {
        private final List<PendingRequest> requests = new ArrayList<>();
        private int items;

        void add(PendingRequest request) {
            requests.add(request);
            items += request.items();
        }

        @Override
        public int requests() {
            return requests.size();
        }

        @Override
        public int items() {
            return items;
        }

        @Override
        public int itemsOf(int index) {
            return requests.get(index).items();
        }

        @Override
        public long arrivalNanos(int index) {
            return requests.get(index).call().arrivalNanos();
        }

        @Override
        public long deadlineNanos(int index) {
            return requests.get(index).deadlineNanos();
        }

        @Override
        public long firstArrivalNanos() {
            return requests.getFirst().call().arrivalNanos();
        }

        @Override
        public int freeEngines() {
            return freeEngines;
        }

        @Override
        public BatchLimits limits() {
            return limitsInForce;
        }

        @Override
        public BatchCost cost() {
            return BatchCost.unknown();
        }

        @Override
        public double itemsPerSecond() {
            return 0;
        }
    }
}
