package dev.kilter.core.simulation;

import dev.kilter.core.batching.Admission;
import dev.kilter.core.batching.ArrivalRate;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchPlan;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.core.batching.LesserAnswers;
import dev.kilter.core.batching.Promises;
import dev.kilter.core.batching.RecentPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One replica in virtual time: arrivals queue in order, the batch policy decides, engines take their time. Policy and
 * admission are the production ones; what has expired when a batch is cut is given up, as the runtime does. Whoever
 * owns the clock calls {@link #offer} and {@link #advance} in the order of time, and is told what became of each
 * request. All times are nanoseconds on that clock.
 */
public final class SimulatedReplica {
    /** Later than any event. */
    public static final long NEVER = Long.MAX_VALUE;

    private final BatchPolicy policy;
    private final SplittableRandom random;
    private final Sink sink;
    private final ArrivalRate rate = new ArrivalRate();
    private final Promises promises = new Promises();
    private final SimulatedLine line;
    private final Engine[] engines;
    private final long[] busy;
    private final RecentPlan plans;
    private final LesserAnswers lesserAnswers;
    private Optional<Lesser> lesser = Optional.empty();
    private Scenario scenario;
    private BatchTimes times;
    private long sloNanos;
    private int freeEngines;
    private long wakeUp = NEVER;
    private long now;

    /** Told what becomes of admitted requests; {@code tag} is what the owner offered them with. */
    public interface Sink {

        /**
         * Its batch starts; it will be answered at {@code end} unless the replica is killed before.
         *
         * @param degraded whether a lesser variant answers it
         */
        default void begun(int tag, long arrival, long start, long end, boolean degraded) {}

        /** A batch starts. */
        default void ran(int items, long start, long end) {}

        /** It is answered now, at the end of its batch. */
        default void answered(int tag, long arrival, long end) {}

        /** It is not answered: its deadline cannot be met any more. */
        void givenUp(int tag, long arrival);

        /** It is not answered: the replica was killed, after its batch had begun or before. */
        default void lost(int tag, long arrival, boolean begun) {}
    }

    /**
     * A variant that answers what would be refused.
     *
     * @param cost what policy and admission believe its batches take
     * @param times what they truly take
     */
    public record Lesser(BatchCost cost, BatchTimes times) {}

    private static final class Engine {
        long started;
        long end = NEVER;
        int items;
        long expected;
        BatchCost cost = BatchCost.unknown();
        int[] tags = new int[16];
        long[] arrivals = new long[16];

        void take(int tag, long arrival, int index) {
            if (index == tags.length) {
                tags = Arrays.copyOf(tags, 2 * index);
                arrivals = Arrays.copyOf(arrivals, 2 * index);
            }
            tags[index] = tag;
            arrivals[index] = arrival;
        }
    }

    /** An idle one. */
    public SimulatedReplica(
            Scenario scenario, BatchTimes times, BatchPolicy policy, SplittableRandom random, Sink sink) {
        this.policy = policy;
        this.random = random;
        this.sink = sink;
        engines = new Engine[scenario.instances()];
        Arrays.setAll(engines, _ -> new Engine());
        busy = new long[engines.length];
        plans = new RecentPlan(engines.length);
        lesserAnswers = new LesserAnswers(engines.length);
        freeEngines = engines.length;
        line = new SimulatedLine(this);
        operate(scenario, times);
    }

    /** From now on it serves like that; the batches that run are not touched. */
    public void operate(Scenario next, BatchTimes nextTimes) {
        if (next.instances() != engines.length) {
            throw new IllegalArgumentException(
                    "instances: " + next.instances() + " (expected: " + engines.length + ", as started)");
        }
        scenario = next;
        times = nextTimes;
        sloNanos = next.slo().map(Duration::toNanos).orElse(NEVER);
    }

    /** From now on that variant, or none, answers what would be refused. */
    public void degrade(Optional<Lesser> by) {
        lesser = by;
    }

    /** A request comes that no lesser variant may answer; see below. */
    public boolean offer(int tag, long arrival, long at) {
        return offer(tag, arrival, false, at);
    }

    /**
     * A request comes; {@link #advance} must follow at the same time.
     *
     * @param tag handed back to the sink
     * @param arrival from when its deadline counts, at most {@code at}
     * @param degradable whether a lesser variant may answer it
     * @return whether it is admitted
     */
    public boolean offer(int tag, long arrival, boolean degradable, long at) {
        now = at;
        rate.arrived(1, at);
        if (!admits(arrival, degradable)) {
            return false;
        }
        line.add(tag, arrival, degradable);
        return true;
    }

    private boolean admits(long arrival, boolean degradable) {
        if (!scenario.admission()) {
            return true;
        }
        Admission.Request request = new Admission.Request(1, deadline(arrival), sloNanos);
        return Admission.of(plan(now), line, busyNanos(), request, now) instanceof Admission.Admitted
                || lesser.filter(by -> makesRoom(by, request, degradable)).isPresent();
    }

    private boolean makesRoom(Lesser by, Admission.Request request, boolean degradable) {
        return lesserAnswers.admits(plan(now), by.cost(), degradable, line, request, busyNanos(), now);
    }

    BatchPlan plan(long at) {
        return plans.of(scenario.cost(), scenario.limits().maxBatchSize(), at);
    }

    private long[] busyNanos() {
        for (int i = 0; i < engines.length; i++) {
            busy[i] = engines[i].items == 0 ? 0 : Math.max(1, engines[i].started + engines[i].expected - now);
        }
        return busy;
    }

    /** Ends and starts what is due. */
    public void advance(long at) {
        now = at;
        for (Engine engine : engines) {
            if (engine.end <= now) {
                free(engine);
            }
        }
        wakeUp = decide();
    }

    /** It dies, with all that waits and runs. */
    public void kill() {
        for (Engine engine : engines) {
            for (int i = 0; i < engine.items; i++) {
                sink.lost(engine.tags[i], engine.arrivals[i], true);
            }
            freeEngines += engine.items > 0 ? 1 : 0;
            engine.items = 0;
            engine.end = NEVER;
        }
        while (line.requests() > 0) {
            sink.lost(line.firstTag(), line.arrivalNanos(0), false);
            line.removeFirst();
        }
        wakeUp = NEVER;
    }

    /** When something will happen by itself. */
    public long nextNanos() {
        long next = wakeUp;
        for (Engine engine : engines) {
            next = Math.min(next, engine.end);
        }
        return next;
    }

    /** Requests that wait. */
    public int waiting() {
        return line.requests();
    }

    /** Requests that wait or run. */
    public int outstanding() {
        int running = 0;
        for (Engine engine : engines) {
            running += engine.items;
        }
        return line.requests() + running;
    }

    int freeEngines() {
        return freeEngines;
    }

    Scenario scenario() {
        return scenario;
    }

    long deadline(long arrival) {
        return sloNanos == NEVER ? NEVER : arrival + sloNanos;
    }

    double itemsPerSecond() {
        return rate.itemsPerSecond(now);
    }

    Promises promises() {
        return promises;
    }

    private void free(Engine engine) {
        // The oldest is the first: a batch is cut from the head of the line.
        policy.ran(new BatchPolicy.Ran(engine.items, engine.end - engine.started, engine.end - engine.arrivals[0]));
        long end = engine.end;
        int items = engine.items;
        if (engine.cost instanceof LearnedCurve learning) {
            learning.record(items, end - engine.started);
        }
        engine.end = NEVER;
        engine.items = 0;
        freeEngines++;
        for (int i = 0; i < items; i++) {
            promises.answered(engine.arrivals[i], deadline(engine.arrivals[i]), end);
            sink.answered(engine.tags[i], engine.arrivals[i], end);
        }
    }

    /** Starts and gives up what the policy says; when to look again. */
    private long decide() {
        while (line.requests() > 0 && freeEngines > 0) {
            switch (next()) {
                case BatchDecision.Run(int items) -> start(items, scenario.cost(), times, false);
                case BatchDecision.Degrade degrade ->
                    start(
                            degrade.items(),
                            lesser.orElseThrow().cost(),
                            lesser.orElseThrow().times(),
                            true);
                case BatchDecision.Drop(int requests) -> drop(requests);
                case BatchDecision.Wait(long until) -> {
                    return Math.max(now + 1, until);
                }
                case BatchDecision.Idle _ -> {
                    return NEVER;
                }
            }
        }
        return NEVER;
    }

    private BatchDecision next() {
        return lesser.isEmpty()
                ? policy.decide(line, now)
                : lesserAnswers.decide(policy, line, lesser.get().cost(), busyNanos(), now);
    }

    private void drop(int requests) {
        for (int i = 0; i < requests; i++) {
            int tag = line.firstTag();
            long arrival = line.arrivalNanos(0);
            line.removeFirst();
            promises.broken(arrival);
            sink.givenUp(tag, arrival);
        }
    }

    private void start(int items, BatchCost cost, BatchTimes truly, boolean degraded) {
        while (line.requests() > 0 && now - line.arrivalNanos(0) >= sloNanos) {
            drop(1);
        }
        int count = Math.min(items, line.requests());
        if (count == 0) {
            return;
        }
        Engine engine = engines[0];
        for (int i = 1; engine.items > 0; i++) {
            engine = engines[i];
        }
        engine.started = now;
        engine.end = now + Math.max(1, Math.round(truly.seconds(count, random) * 1e9));
        engine.items = count;
        engine.expected = cost.expectedNanos(count);
        engine.cost = cost;
        freeEngines--;
        sink.ran(count, now, engine.end);
        for (int i = 0; i < count; i++) {
            long arrival = line.arrivalNanos(0);
            engine.take(line.firstTag(), arrival, i);
            sink.begun(line.firstTag(), arrival, now, engine.end, degraded);
            line.removeFirst();
        }
    }
}
