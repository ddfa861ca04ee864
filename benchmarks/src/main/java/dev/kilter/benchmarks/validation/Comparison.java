package dev.kilter.benchmarks.validation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One configuration, real beside simulated.
 *
 * @param perSecond offered in the mean, requests a second
 * @param overheadSeconds what gateway and network add to an answer, as measured at a low rate
 * @param engineSeconds what a batch of one takes in the serving process longer than its curve says
 * @param real one for each replay of the same arrivals
 * @param simulated one for each seed of the batches' times
 */
record Comparison(
        String name,
        String model,
        int replicas,
        int maxBatchSize,
        double objectiveSeconds,
        String load,
        double perSecond,
        double overheadSeconds,
        double engineSeconds,
        List<Observed> real,
        List<Observed> simulated) {
    /** Most that attainment may differ by. */
    static final double MOST_POINTS = 0.02;

    /** The same in the mean over all configurations. */
    static final double MEAN_POINTS = 0.005;

    private static final double P99_SHARE = 0.1;
    private static final double P99_SPREADS = 1.5;

    Comparison {
        real = List.copyOf(real);
        simulated = List.copyOf(simulated);
    }

    /** Simulated less real attainment. */
    double points() {
        return mean(simulated, Observed::attainment) - mean(real, Observed::attainment);
    }

    double realP99() {
        return mean(real, Observed::p99Seconds);
    }

    double simulatedP99() {
        return mean(simulated, Observed::p99Seconds);
    }

    /** How far the replays lie apart. */
    double p99Spread() {
        double least = real.stream().mapToDouble(Observed::p99Seconds).min().orElseThrow();
        double most = real.stream().mapToDouble(Observed::p99Seconds).max().orElseThrow();
        return most - least;
    }

    /** How far the 99th percentiles may lie apart. */
    double p99Allowed() {
        return Math.max(P99_SHARE * realP99(), P99_SPREADS * p99Spread());
    }

    boolean attainmentHolds() {
        return Math.abs(points()) <= MOST_POINTS;
    }

    boolean p99Holds() {
        return Math.abs(simulatedP99() - realP99()) <= p99Allowed();
    }

    static double mean(List<Observed> of, ToDoubleFunction<Observed> what) {
        return of.stream().mapToDouble(what).average().orElseThrow();
    }
}
