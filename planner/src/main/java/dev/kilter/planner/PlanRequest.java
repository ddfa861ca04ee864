package dev.kilter.planner;

import dev.kilter.core.Quality;
import dev.kilter.core.QualityGoal;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.Slo;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a plan depends on.
 *
 * @param slo the objective; empty: none, and a replica is planned to {@link Planner#LOAD_WITHOUT_SLO} of its saturation
 * @param requestsPerSecond the demand; 0: not known yet
 * @param variants the first is the reference
 * @param offers the classes that may be used, in the user's order
 * @param profiles what was measured
 * @param quality empty: every variant will do
 * @param maxCostPerHour a hard cap in the currency of the offers; empty: none
 * @param hardware how to choose among what meets the objective
 * @param batching limits on batches
 * @param replicas limits on the count
 * @param requestsPerSecondPerReplica a fixed target instead of the measured capacity
 */
public record PlanRequest(
        Optional<Slo> slo,
        double requestsPerSecond,
        List<Variant> variants,
        List<Offer> offers,
        List<Profile> profiles,
        Optional<QualityGoal> quality,
        Optional<BigDecimal> maxCostPerHour,
        HardwarePolicy hardware,
        Batching batching,
        Replicas replicas,
        Optional<Double> requestsPerSecondPerReplica) {

    public PlanRequest {
        if (!(requestsPerSecond >= 0) || Double.isInfinite(requestsPerSecond)) {
            throw new IllegalArgumentException("requestsPerSecond: " + requestsPerSecond + " (expected: >= 0)");
        }
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("variants: none (expected: at least one)");
        }
        if (requestsPerSecondPerReplica.isPresent() && !(requestsPerSecondPerReplica.get() > 0)) {
            throw new IllegalArgumentException(
                    "requestsPerSecondPerReplica: " + requestsPerSecondPerReplica.get() + " (expected: > 0)");
        }
        variants = List.copyOf(variants);
        offers = List.copyOf(offers);
        profiles = List.copyOf(profiles);
    }

    /** The same question with another objective, and capacity by measurement. */
    PlanRequest withSlo(Slo other) {
        return new PlanRequest(
                Optional.of(other),
                requestsPerSecond,
                variants,
                offers,
                profiles,
                quality,
                maxCostPerHour,
                hardware,
                batching,
                replicas,
                Optional.empty());
    }

    /** The same question with another quality. */
    PlanRequest withQuality(QualityGoal other) {
        return new PlanRequest(
                slo,
                requestsPerSecond,
                variants,
                offers,
                profiles,
                Optional.of(other),
                maxCostPerHour,
                hardware,
                batching,
                replicas,
                requestsPerSecondPerReplica);
    }

    /**
     * A form of the model.
     *
     * @param name unique in the request
     * @param precision fp32, fp16, bf16, int8
     * @param quality empty: not known
     * @param memoryBytes resident memory with the model loaded, where known without a profile
     */
    public record Variant(String name, String precision, Optional<Quality> quality, Optional<Long> memoryBytes) {}

    /**
     * A class that may be used.
     *
     * @param acceleratorClass its name
     * @param provider execution provider: CPU, CUDA, TensorRT
     * @param costPerReplicaHour what one replica costs in an hour
     * @param memoryBytes what the resident variants of one replica may take together; empty: not known
     * @param precisions what it runs; empty: anything
     * @param instances engine instances of one replica, for each variant
     * @param threads intra-op threads of each instance
     * @param unavailable why no replica can be had now, as a sentence: "no node of this class"; empty: it can
     */
    public record Offer(
            String acceleratorClass,
            String provider,
            BigDecimal costPerReplicaHour,
            Optional<Long> memoryBytes,
            Set<String> precisions,
            int instances,
            int threads,
            Optional<String> unavailable) {
        public Offer {
            if (costPerReplicaHour.signum() < 0) {
                throw new IllegalArgumentException("cost.perReplicaHour: " + costPerReplicaHour + " (expected: >= 0)");
            }
            if (instances < 1 || threads < 1) {
                throw new IllegalArgumentException(
                        "engine: " + instances + " instances of " + threads + " threads (expected: both >= 1)");
            }
            precisions = Set.copyOf(precisions);
        }
    }

    /**
     * Evidence: what one engine instance of a variant was measured to do on a class.
     *
     * @param variant the variant's name
     * @param acceleratorClass the class's name
     * @param provider the execution provider that ran it
     * @param curve time of a batch
     * @param memoryBytes peak resident memory; empty: not measured
     */
    public record Profile(
            String variant, String acceleratorClass, String provider, ServiceCurve curve, Optional<Long> memoryBytes) {}

    /**
     * Limits on batches.
     *
     * @param maxBatchSize the largest that may be planned, items
     * @param maxDelay how long a batch may wait for company at most; empty: as the batch policy finds
     */
    public record Batching(int maxBatchSize, Optional<Duration> maxDelay) {
        public Batching {
            if (maxBatchSize < 1) {
                throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
            }
        }
    }

    /**
     * Limits on the replica count.
     *
     * @param min at least 0
     * @param max at least 1 and at least {@code min}
     */
    public record Replicas(int min, int max) {
        public Replicas {
            if (min < 0 || max < Math.max(1, min)) {
                throw new IllegalArgumentException(
                        "replicas: " + min + ".." + max + " (expected: 0 <= min <= max, 1 <= max)");
            }
        }
    }

    /** How to choose among the configurations that meet the objective. */
    public enum HardwarePolicy {
        /** Least cost per hour. */
        CHEAPEST,
        /** The highest use of what is paid for: demand over the capacity of all replicas; then the cheapest. */
        BEST_FIT,
        /** The highest capacity of one replica; then the cheapest. */
        MOST_CAPABLE,
        /** The first class in the user's order; within it the cheapest. */
        FIRST_AVAILABLE
    }
}
