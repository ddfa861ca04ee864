package dev.kilter.planner.simulation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.batching.rivals.AimdBatchPolicy;
import dev.kilter.core.batching.rivals.CorkBatchPolicy;
import dev.kilter.core.simulation.CurveCost;
import dev.kilter.core.simulation.Load;
import dev.kilter.core.simulation.ReplicaSimulation;
import dev.kilter.core.simulation.Scenario;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A way of batching, and the highest rate at which 99 of 100 requests are in time with it on a replica. */
record Rival(
        String name, int maxBatchSize, OptionalLong maxDelayNanos, boolean admission, Supplier<BatchPolicy> policy) {
    static final int LARGEST = 128;
    private static final double GOAL = 0.99;

    /** Where it is tried. */
    record Place(String curveName, int engines, Duration slo, double burstiness) {
        ServiceCurve curve() {
            return switch (curveName) {
                case "CPU" -> curve(n -> 2 + 1.1 * n, 1.15);
                case "TINY" -> curve(n -> 0.0305 + 0.0015 * n, 1.3);
                case "T4" -> curve(n -> 1.5 + 2.0 * Math.ceilDiv(n, 8), 1.1);
                case "STEP" -> curve(n -> 0.3 + 4.0 * Math.ceilDiv(n, 16), 1.05);
                case "A100" -> curve(n -> 1.8 + 0.08 * n, 1.1);
                default ->
                    throw new IllegalArgumentException(
                            "curve: " + curveName + " (expected: CPU, TINY, T4, STEP, A100)");
            };
        }

        private static ServiceCurve curve(IntToDoubleFunction millis, double tail) {
            return new ServiceCurve(IntStream.rangeClosed(1, LARGEST)
                    .mapToObj(n -> new ServiceCurve.Point(
                            n, millis.applyAsDouble(n) / 1e3, tail * millis.applyAsDouble(n) / 1e3, 100))
                    .toList());
        }
    }

    static Rival ours(Place place) {
        return new Rival("ours", LARGEST, OptionalLong.empty(), true, SloBatchPolicy::new);
    }

    static Rival fixed(int batch, long delayNanos) {
        String name = batch + "/" + delayNanos / 1_000 + "us";
        return new Rival(name, batch, OptionalLong.of(delayNanos), false, GreedyBatchPolicy::new);
    }

    static Rival aimd(Place place) {
        long objective = place.slo().toNanos();
        return new Rival("AIMD", LARGEST, OptionalLong.of(0), false, () -> new AimdBatchPolicy(objective));
    }

    static Rival cork(Place place) {
        long objective = place.slo().toNanos();
        return new Rival("CORK", LARGEST, OptionalLong.of(0), false, () -> new CorkBatchPolicy(objective));
    }

    /** The share in time; what was refused, given up or expired is not. */
    double attainment(Place place, double rate, int requests, long seed) {
        ServiceCurve curve = place.curve();
        Scenario scenario = new Scenario(
                curve,
                place.engines(),
                new BatchLimits(maxBatchSize, maxDelayNanos),
                Optional.of(place.slo()),
                admission,
                new CurveCost(curve, LARGEST, 1));
        Load load = new Load(rate, place.burstiness(), requests, seed);
        return ReplicaSimulation.run(scenario, policy.get(), load).attainment(place.slo());
    }

    /**
     * By bisection, on the same arrivals for everybody.
     *
     * @param known a rate of which only more is of interest
     * @return requests per second; 0 if not above what is known
     */
    double highestRate(Place place, double known, double precision, int requests, long seed) {
        ServiceCurve curve = place.curve();
        double high = 1.02
                * IntStream.rangeClosed(1, maxBatchSize)
                        .mapToDouble(n -> place.engines() * n / curve.meanSeconds(n))
                        .max()
                        .orElseThrow();
        if (known > 0 && (known >= high || attainment(place, known, requests, seed) < GOAL)) {
            return 0;
        }
        double low = known;
        while (high - low > precision * high) {
            double middle = (low + high) / 2;
            if (attainment(place, middle, requests, seed) >= GOAL) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
