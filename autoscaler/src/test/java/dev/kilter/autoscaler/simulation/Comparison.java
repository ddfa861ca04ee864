package dev.kilter.autoscaler.simulation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.capacity.Replica;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.rivals.Bounds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The service that policies are compared on by hand, and under which loads, by arguments {@code name=value}:
 * {@code traces} (folder of recorded ones), {@code set} (tuned, held), {@code delays} (seconds), {@code seeds},
 * {@code only} (pattern of a workload's name).
 */
record Comparison(Map<String, String> arguments) {

    static final Duration OBJECTIVE = Duration.ofMillis(800);
    static final Bounds BOUNDS = new Bounds(1, 100);
    static final double MEAN_REPLICAS = 7;

    /** Targets of rivals, in parts of what a replica carries. */
    static final List<Double> TARGETS = List.of(0.5, 0.65, 0.8, 0.9, 1.0, 1.1);

    /** Fewer violations than that say little: a handful of requests. */
    static final double TOLD = 2e-4;

    private static final OperatingPoint POINT = new OperatingPoint("fp32", 8, Optional.empty());
    static final Replica REPLICA = new Replica(curve(1), 1, POINT.maxBatchSize(), POINT.maxDelay(), OBJECTIVE);
    static final double CAPACITY = REPLICA.capacity();

    /** Somebody to compare under one load. */
    @FunctionalInterface
    interface Play {

        /** @param delay of a start, seconds */
        void play(String name, Arrivals arrivals, int delay, int seed) throws IOException;
    }

    static Comparison of(String... arguments) {
        Map<String, String> named = new HashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            named.put(parts[0], parts[1]);
        }
        return new Comparison(named);
    }

    String argument(String name, String standard) {
        return arguments.getOrDefault(name, standard);
    }

    boolean isSet(String name) {
        return Boolean.parseBoolean(argument(name, "false"));
    }

    List<Integer> delays(String standard) {
        return Stream.of(argument("delays", standard).split(","))
                .map(Integer::valueOf)
                .toList();
    }

    /** Under each load that is asked for. */
    void each(int delay, Play play) throws IOException {
        for (int seed = 1; seed <= Integer.parseInt(argument("seeds", "1")); seed++) {
            Workloads workloads = new Workloads(
                    Path.of(argument("traces", "traces")),
                    MEAN_REPLICAS * CAPACITY,
                    argument("set", "tuned").equals("held"),
                    seed);
            for (Map.Entry<String, Arrivals> load : workloads.all().entrySet()) {
                if (load.getKey().matches(argument("only", ".*"))) {
                    play.play(load.getKey(), load.getValue(), delay, seed);
                }
            }
        }
    }

    /** @param speed of a variant, in that of the preferred one */
    static ServiceCurve curve(double speed) {
        return new ServiceCurve(List.of(
                new ServiceCurve.Point(1, 0.080 / speed, 0.092 / speed, 100),
                new ServiceCurve.Point(4, 0.200 / speed, 0.230 / speed, 100),
                new ServiceCurve.Point(8, 0.360 / speed, 0.414 / speed, 100)));
    }

    /** @param delay of a start, seconds */
    static PoolSpec pool(int delay) {
        return PoolSpec.of(curve(1), POINT, (int) (1.5 * MEAN_REPLICAS), Delay.fixed(Duration.ofSeconds(delay)));
    }

    static OptionalDouble median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0
                ? OptionalDouble.empty()
                : DoubleStream.of(sorted[(sorted.length - 1) / 2], sorted[sorted.length / 2])
                        .average();
    }
}
