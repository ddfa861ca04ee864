package dev.kilter.planner;

import dev.kilter.core.OperatingPoint;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The configurations that serve a demand.
 *
 * @param pools at least one; the search finds one, and whoever acts on it may add what stands in for a class without
 *     room
 * @param rejected the best one per binding constraint, at most {@value #MAX_REJECTIONS}
 */
public record Plan(List<Pool> pools, List<Rejection> rejected) {

    /** More would not be read. */
    public static final int MAX_REJECTIONS = 10;

    public Plan {
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("pools: none (expected: at least one)");
        }
        pools = List.copyOf(pools);
        rejected = List.copyOf(rejected);
    }

    /** What the planned replicas cost in an hour. */
    public BigDecimal costPerHour() {
        return pools.stream().map(Pool::costPerHour).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The same plan for another reason. */
    Plan because(String reason) {
        return new Plan(pools.stream().map(pool -> pool.because(reason)).toList(), rejected);
    }

    /**
     * One configuration with its operating point and its size.
     *
     * @param acceleratorClass the class's name
     * @param provider execution provider
     * @param variants resident variants; the active one first
     * @param operatingPoint active variant, largest batch, batch window
     * @param instances engine instances of one replica, for each variant
     * @param threads intra-op threads of each instance
     * @param replicas the count to start with
     * @param capacityPerReplica requests per second within the objective; empty: unmeasured
     * @param expectedP99 at the planned demand spread over the replicas; empty: unmeasured
     * @param costPerReplicaHour what one replica costs in an hour
     * @param evidence what capacity rests on
     * @param reason why this one, in a sentence with numbers
     */
    public record Pool(
            String acceleratorClass,
            String provider,
            List<String> variants,
            OperatingPoint operatingPoint,
            int instances,
            int threads,
            int replicas,
            Optional<Double> capacityPerReplica,
            Optional<Duration> expectedP99,
            BigDecimal costPerReplicaHour,
            Evidence evidence,
            String reason) {
        public Pool {
            variants = List.copyOf(variants);
        }

        /** What the planned replicas cost in an hour. */
        public BigDecimal costPerHour() {
            return costPerReplicaHour.multiply(BigDecimal.valueOf(replicas));
        }

        /** The same in another size. */
        public Pool sized(int otherReplicas) {
            return with(otherReplicas, reason);
        }

        private Pool because(String otherReason) {
            return with(replicas, otherReason);
        }

        private Pool with(int otherReplicas, String otherReason) {
            return new Pool(
                    acceleratorClass,
                    provider,
                    variants,
                    operatingPoint,
                    instances,
                    threads,
                    otherReplicas,
                    capacityPerReplica,
                    expectedP99,
                    costPerReplicaHour,
                    evidence,
                    otherReason);
        }

        /** Whether both are the same but for what changes without a restart: operating point, numbers, reasons. */
        public boolean sameConfiguration(Pool other) {
            return acceleratorClass.equals(other.acceleratorClass)
                    && provider.equals(other.provider)
                    && variants.containsAll(other.variants)
                    && other.variants.containsAll(variants)
                    && instances == other.instances
                    && threads == other.threads;
        }
    }

    /** What a pool's capacity rests on. */
    public enum Evidence {
        MEASURED,
        UNMEASURED,
        FIXED_TARGET
    }
}
