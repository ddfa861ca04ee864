package dev.kilter.core.simulation;

import dev.kilter.core.batching.Admission;
import dev.kilter.core.batching.ArrivalRate;
import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPlan;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;
import dev.kilter.core.batching.RecentPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One replica under load: arrivals queue in order, the batch policy decides, batches take the log-normal time that
 * {@link BatchTime} reads from the service curve. Policy and admission are the production ones; what has expired when a
 * batch is cut is given up, as the runtime does.
 */
public final class ReplicaSimulation {
    private static final long NEVER = Long.MAX_VALUE;

    private final Scenario scenario;
    private final BatchPolicy policy;
    private final Load load;
    private final BatchTime[] times;
    private final SplittableRandom random;
    private final Load.Arrivals stream;
    private final long sloNanos;

    private final Line line = new Line();
    private final ArrivalRate rate = new ArrivalRate();
    private final Engine[] engines;
    private final Measured.Recorder recorder;
    private final long[] busy;
    private final RecentPlan plans;
    private int freeEngines;
    private long nextArrival;
    private int arrived;
    private long now;

    private static final class Engine {
        long started;
        long end = NEVER;
        int items;
        long oldestArrival;
    }

    private ReplicaSimulation(Scenario scenario, BatchPolicy policy, Load load) {
        this.scenario = scenario;
        this.policy = policy;
        this.load = load;
        this.times = new BatchTime[scenario.limits().maxBatchSize()];
        Arrays.setAll(times, i -> BatchTime.of(scenario.curve(), i + 1));
        this.random = new SplittableRandom(load.seed() ^ 0x5DEECE66DL);
        this.stream = load.arrivals();
        this.sloNanos = scenario.slo().map(Duration::toNanos).orElse(NEVER);
        this.engines = new Engine[scenario.instances()];
        Arrays.setAll(engines, _ -> new Engine());
        this.busy = new long[engines.length];
        this.plans = new RecentPlan(engines.length);
        this.freeEngines = engines.length;
        this.recorder = new Measured.Recorder(load, sloNanos);
        this.nextArrival = stream.nextNanos();
    }

    /** Runs to the last answer. */
    public static Measured run(Scenario scenario, BatchPolicy policy, Load load) {
        return run(scenario, policy, load, Integer.MAX_VALUE);
    }

    /** Runs to the last answer, or until more than so many requests missed the objective: told is what was seen. */
    public static Measured run(Scenario scenario, BatchPolicy policy, Load load, int mostMisses) {
        ReplicaSimulation simulation = new ReplicaSimulation(scenario, policy, load);
        simulation.run(mostMisses);
        return simulation.recorder.measured();
    }

    private void run(int mostMisses) {
        long wakeUp = NEVER;
        while ((arrived < load.total() || line.requests() > 0) && recorder.missed() <= mostMisses) {
            now = Math.min(Math.min(nextArrival, nextEnd()), wakeUp);
            arrive();
            free();
            wakeUp = decide();
        }
    }

    private void arrive() {
        while (nextArrival <= now) {
            rate.arrived(1, nextArrival);
            recorder.offered(arrived);
            if (admits()) {
                line.add(arrived, nextArrival);
            } else {
                recorder.refused(arrived);
            }
            arrived++;
            nextArrival = arrived < load.total() ? stream.nextNanos() : NEVER;
        }
    }

    private boolean admits() {
        long arrival = nextArrival;
        if (!scenario.admission()) {
            return true;
        }
        for (int i = 0; i < engines.length; i++) {
            busy[i] = engines[i].items == 0 ? 0 : remaining(engines[i]);
        }
        BatchPlan plan = plans.of(scenario.cost(), scenario.limits().maxBatchSize(), arrival);
        Admission.Request request = new Admission.Request(1, arrival + sloNanos, sloNanos);
        return Admission.of(plan, line, busy, request, arrival) instanceof Admission.Admitted;
    }

    private long remaining(Engine engine) {
        return Math.max(1, engine.started + scenario.cost().expectedNanos(engine.items) - now);
    }

    private void free() {
        for (Engine engine : engines) {
            if (engine.end <= now) {
                policy.ran(new BatchPolicy.Ran(
                        engine.items, engine.end - engine.started, engine.end - engine.oldestArrival));
                engine.end = NEVER;
                engine.items = 0;
                freeEngines++;
            }
        }
    }

    /** Starts and gives up what the policy says; when to look again. */
    private long decide() {
        while (line.requests() > 0 && freeEngines > 0) {
            switch (policy.decide(line, now)) {
                case BatchDecision.Run(int items) -> start(items);
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

    private void drop(int requests) {
        for (int i = 0; i < requests; i++) {
            recorder.givenUp(line.first());
            line.removeFirst();
        }
    }

    private void start(int items) {
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
        long end = now + Math.max(1, Math.round(times[count - 1].at(random.nextGaussian()) * 1e9));
        engine.started = now;
        engine.end = end;
        engine.items = count;
        engine.oldestArrival = line.arrivalNanos(0);
        freeEngines--;
        for (int i = 0; i < count; i++) {
            recorder.answered(line.first(), now - line.arrivalNanos(0), end - line.arrivalNanos(0));
            line.removeFirst();
        }
        recorder.ran();
    }

    private long nextEnd() {
        long next = NEVER;
        for (Engine engine : engines) {
            next = Math.min(next, engine.end);
        }
        return next;
    }

    /** What has arrived and was not taken, one item each: a ring. */
    private final class Line implements QueueView {
        private int[] ids = new int[1024];
        private long[] arrivals = new long[1024];
        private int head;
        private int size;

        void add(int id, long arrival) {
            if (size == ids.length) {
                grow();
            }
            int at = (head + size) & (ids.length - 1);
            ids[at] = id;
            arrivals[at] = arrival;
            size++;
        }

        private void grow() {
            int[] moreIds = new int[ids.length * 2];
            long[] moreArrivals = new long[ids.length * 2];
            for (int i = 0; i < size; i++) {
                moreIds[i] = ids[(head + i) & (ids.length - 1)];
                moreArrivals[i] = arrivals[(head + i) & (ids.length - 1)];
            }
            ids = moreIds;
            arrivals = moreArrivals;
            head = 0;
        }

        int first() {
            return ids[head];
        }

        void removeFirst() {
            head = (head + 1) & (ids.length - 1);
            size--;
        }

        @Override
        public int requests() {
            return size;
        }

        @Override
        public int items() {
            return size;
        }

        @Override
        public int itemsOf(int index) {
            return 1;
        }

        @Override
        public long arrivalNanos(int index) {
            return arrivals[(head + index) & (ids.length - 1)];
        }

        @Override
        public long deadlineNanos(int index) {
            return sloNanos == NEVER ? NEVER : arrivalNanos(index) + sloNanos;
        }

        @Override
        public long firstArrivalNanos() {
            return size > 0 ? arrivalNanos(0) : 0;
        }

        @Override
        public int freeEngines() {
            return freeEngines;
        }

        @Override
        public BatchLimits limits() {
            return scenario.limits();
        }

        @Override
        public BatchCost cost() {
            return scenario.cost();
        }

        @Override
        public double itemsPerSecond() {
            return rate.itemsPerSecond(now);
        }
    }
}
