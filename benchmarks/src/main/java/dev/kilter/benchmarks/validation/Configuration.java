package dev.kilter.benchmarks.validation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One case to compare.
 *
 * @param replicas behind the gateway
 * @param point how they serve
 * @param later the operating point from the middle of a run on; empty: the same
 * @param objective a request is in time if it is answered within that
 */
record Configuration(
        String name,
        Model model,
        int replicas,
        OperatingPoint point,
        Optional<OperatingPoint> later,
        Duration objective,
        Load load) {

    Configuration {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: >= 1)");
        }
    }

    static Configuration of(String name, Model model, int replicas, int maxBatchSize, int objectiveMillis, Load load) {
        OperatingPoint point = new OperatingPoint("fp32", maxBatchSize, Optional.empty());
        return new Configuration(
                name, model, replicas, point, Optional.empty(), Duration.ofMillis(objectiveMillis), load);
    }

    /** Those that serve in it. */
    Set<String> variants() {
        return Stream.concat(Stream.of(point), later.stream())
                .map(OperatingPoint::variant)
                .collect(Collectors.toSet());
    }

    /** The same, served by another variant. */
    Configuration with(String variant) {
        OperatingPoint other = new OperatingPoint(variant, point.maxBatchSize(), point.maxDelay());
        return new Configuration(name, model, replicas, other, later, objective, load);
    }

    /** The same, served otherwise from the middle of a run on. */
    Configuration then(String variant, int maxBatchSize) {
        OperatingPoint next = new OperatingPoint(variant, maxBatchSize, Optional.empty());
        return new Configuration(name, model, replicas, point, Optional.of(next), objective, load);
    }

    /** The largest batch that ever runs, items. */
    int largestBatch() {
        return Math.max(
                point.maxBatchSize(), later.map(OperatingPoint::maxBatchSize).orElse(1));
    }

    /** Requests a second that all replicas serve in the best of the batches that the first operating point allows. */
    double capacity(ServiceCurve curve) {
        double best = IntStream.rangeClosed(1, point.maxBatchSize())
                .mapToDouble(size -> size / curve.meanSeconds(size))
                .max()
                .orElseThrow();
        return replicas * best;
    }
}
