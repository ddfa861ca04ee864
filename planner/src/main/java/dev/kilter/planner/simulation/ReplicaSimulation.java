package dev.kilter.planner.simulation;

import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.QueueView;
import dev.kilter.core.capacity.BatchTime;
import dev.kilter.core.capacity.Replica;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One replica under Poisson load: arrivals queue in order, the batch policy decides, batches take the log-normal time
 * that {@link BatchTime} reads from the service curve. Nothing is refused.
 */
public final class ReplicaSimulation {
    private final Replica replica;
    private final BatchPolicy policy;
    private final BatchTime[] times;
    private final SplittableRandom random;

    private final long[] arrivals;
    private final long[] latencies;
    private final long[] waits;
    private final PriorityQueue<Long> busyUntil = new PriorityQueue<>();
    private final QueueView queue = new Waiting();
    private final BatchLimits limits;
    private int arrived;
    private int taken;
    private long batches;

    /**
     * What is offered.
     *
     * @param requestsPerSecond mean of the Poisson stream
     * @param requests how many are measured; a tenth as many go before them unmeasured
     * @param seed the same seed gives the same run
     */
    public record Load(double requestsPerSecond, int requests, long seed) {
        public Load {
            if (!(requestsPerSecond > 0) || requests < 1) {
                throw new IllegalArgumentException("load: " + requests + " requests at " + requestsPerSecond
                        + "/s (expected: at least one, rate > 0)");
            }
        }
    }

    private ReplicaSimulation(Replica replica, BatchPolicy policy, Load load) {
        this.replica = replica;
        this.policy = policy;
        this.limits = new BatchLimits(
                replica.maxBatchSize(), OptionalLong.of(replica.maxDelay().toNanos()));
        this.times = new BatchTime[replica.maxBatchSize()];
        Arrays.setAll(times, i -> BatchTime.of(replica.curve(), i + 1));
        this.random = new SplittableRandom(load.seed());
        this.arrivals = arrivals(load, random);
        this.latencies = new long[arrivals.length];
        this.waits = new long[arrivals.length];
    }

    /** Runs to the last answer. */
    public static Measured run(Replica replica, BatchPolicy policy, Load load) {
        ReplicaSimulation simulation = new ReplicaSimulation(replica, policy, load);
        simulation.run();
        return Measured.of(simulation.latencies, simulation.waits, load.requests(), simulation.batches);
    }

    private void run() {
        long now = 0;
        while (taken < arrivals.length) {
            now = step(now);
        }
    }

    /** Does what is due now and returns when to look again. */
    private long step(long now) {
        while (arrived < arrivals.length && arrivals[arrived] <= now) {
            arrived++;
        }
        while (!busyUntil.isEmpty() && busyUntil.peek() <= now) {
            busyUntil.poll();
        }
        return switch (policy.decide(queue, now)) {
            case BatchDecision.Run(int items) -> {
                start(items, now);
                yield now;
            }
            case BatchDecision.Drop drop ->
                throw new IllegalStateException(drop + " of a policy (expected: none, as nothing has a deadline here)");
            case BatchDecision.Wait(long until) -> Math.min(until, nextEvent());
            case BatchDecision.Idle _ -> nextEvent();
        };
    }

    private void start(int items, long now) {
        double seconds = times[items - 1].at(random.nextGaussian());
        long end = now + Math.max(1, Math.round(seconds * 1e9));
        for (int i = taken; i < taken + items; i++) {
            latencies[i] = end - arrivals[i];
            waits[i] = now - arrivals[i];
        }
        taken += items;
        batches++;
        busyUntil.add(end);
    }

    private long nextEvent() {
        long arrival = arrived < arrivals.length ? arrivals[arrived] : Long.MAX_VALUE;
        return busyUntil.isEmpty() ? arrival : Math.min(arrival, busyUntil.peek());
    }

    private static long[] arrivals(Load load, SplittableRandom random) {
        long[] arrivals = new long[load.requests() + load.requests() / 10];
        double seconds = 0;
        for (int i = 0; i < arrivals.length; i++) {
            seconds += random.nextExponential() / load.requestsPerSecond();
            arrivals[i] = Math.round(seconds * 1e9);
        }
        return arrivals;
    }

    /** What has arrived and was not taken: one item each, without deadlines. */
    private final class Waiting implements QueueView {
        @Override
        public int requests() {
            return arrived - taken;
        }

        @Override
        public int items() {
            return requests();
        }

        @Override
        public int itemsOf(int index) {
            return 1;
        }

        @Override
        public long arrivalNanos(int index) {
            return arrivals[taken + index];
        }

        @Override
        public long deadlineNanos(int index) {
            return Long.MAX_VALUE;
        }

        @Override
        public long firstArrivalNanos() {
            return requests() > 0 ? arrivals[taken] : 0;
        }

        @Override
        public int freeEngines() {
            return replica.instances() - busyUntil.size();
        }

        @Override
        public BatchLimits limits() {
            return limits;
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
