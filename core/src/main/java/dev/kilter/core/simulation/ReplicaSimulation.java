package dev.kilter.core.simulation;

import dev.kilter.core.batching.BatchPolicy;
import java.time.Duration;
import java.util.SplittableRandom;

/** One {@link SimulatedReplica} under load, to the last answer. */
public final class ReplicaSimulation {
    private final Load load;
    private final Load.Arrivals stream;
    private final Measured.Recorder recorder;
    private final SimulatedReplica replica;
    private int arrived;
    private long nextArrival;

    private ReplicaSimulation(Scenario scenario, BatchPolicy policy, Load load) {
        this.load = load;
        stream = load.arrivals();
        recorder = new Measured.Recorder(
                load, scenario.slo().map(Duration::toNanos).orElse(SimulatedReplica.NEVER));
        replica = new SimulatedReplica(
                scenario,
                BatchTimes.of(scenario.curve(), scenario.limits().maxBatchSize()),
                policy,
                new SplittableRandom(load.seed() ^ 0x5DEECE66DL),
                recorder);
        nextArrival = stream.nextNanos();
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
        while ((arrived < load.total() || replica.waiting() > 0) && recorder.missed() <= mostMisses) {
            long now = Math.min(nextArrival, replica.nextNanos());
            arrive(now);
            replica.advance(now);
        }
    }

    private void arrive(long now) {
        while (nextArrival <= now) {
            recorder.offered(arrived);
            if (!replica.offer(arrived, nextArrival, now)) {
                recorder.refused(arrived);
            }
            arrived++;
            nextArrival = arrived < load.total() ? stream.nextNanos() : SimulatedReplica.NEVER;
        }
    }
}
