package dev.kilter.planner.simulation;

import dev.kilter.planner.simulation.arrivals.Arrivals;
import java.time.Duration;
import java.util.List;

/**
 * What is simulated. The same experiment and a controller that decides alike give the same outcome.
 *
 * @param arrivals what comes to the gateway
 * @param objective a request counts as good if it is answered within that time; replicas know it as its deadline
 * @param overhead what gateway and network add to each answer
 * @param pools of one revision behind the gateway
 * @param faults in any order
 * @param window how long each window of the outcome is
 * @param warmUp what arrives before is served and not counted in the totals, nor is the cost until then
 * @param seed of all chance
 */
public record Experiment(
        Arrivals arrivals,
        Duration objective,
        Duration overhead,
        List<PoolSpec> pools,
        List<Fault> faults,
        Duration window,
        Duration warmUp,
        long seed) {
    public Experiment {
        pools = List.copyOf(pools);
        faults = List.copyOf(faults);
        if (!objective.isPositive()) {
            throw new IllegalArgumentException("objective: " + objective + " (expected: > 0)");
        }
        if (overhead.isNegative()) {
            throw new IllegalArgumentException("overhead: " + overhead + " (expected: >= 0)");
        }
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("pools: none (expected: at least one)");
        }
        if (!window.isPositive()) {
            throw new IllegalArgumentException("window: " + window + " (expected: > 0)");
        }
        Duration length = Duration.ofNanos(arrivals.lengthNanos());
        if (warmUp.isNegative() || warmUp.compareTo(length) > 0) {
            throw new IllegalArgumentException(
                    "warmUp: " + warmUp + " (expected: 0 to " + length + ", the length of the arrivals)");
        }
        for (Fault fault : faults) {
            int pool = switch (fault) {
                case Fault.ReplicaKilled killed -> killed.pool();
                case Fault.NodeGone gone -> gone.pool();
                case Fault.MetricsLost _ -> 0;
            };
            if (pool < 0 || pool >= pools.size() || fault.at().isNegative()) {
                throw new IllegalArgumentException(
                        "faults: " + fault + " (expected: a pool of 0 to " + (pools.size() - 1) + ", a time >= 0)");
            }
        }
    }

    /** One pool, nothing goes wrong, all is counted, in windows of a minute. */
    public static Experiment of(Arrivals arrivals, Duration objective, PoolSpec pool, long seed) {
        return new Experiment(
                arrivals,
                objective,
                Duration.ZERO,
                List.of(pool),
                List.of(),
                Duration.ofMinutes(1),
                Duration.ZERO,
                seed);
    }

    /** The same with faults. */
    public Experiment with(Fault... more) {
        return new Experiment(arrivals, objective, overhead, pools, List.of(more), window, warmUp, seed);
    }

    /** The same with such a beginning left out. */
    public Experiment after(Duration beginning) {
        return new Experiment(arrivals, objective, overhead, pools, faults, window, beginning, seed);
    }
}
