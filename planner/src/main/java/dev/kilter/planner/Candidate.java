package dev.kilter.planner;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.Slo;
import dev.kilter.core.capacity.Replica;
import dev.kilter.planner.Plan.Evidence;
import dev.kilter.planner.PlanRequest.Offer;
import dev.kilter.planner.PlanRequest.Variant;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A configuration with its operating point, sized for the demand.
 *
 * @param order the class's place in the user's list
 * @param resident the active variant's companions
 * @param maxDelay the user's bound on waiting for company; empty: as the batch policy finds
 * @param replica what was sized; empty: unmeasured
 * @param capacity requests per second of one replica; 0: unmeasured
 */
record Candidate(
        int order,
        Offer offer,
        Variant variant,
        List<String> resident,
        int maxBatchSize,
        Optional<Duration> maxDelay,
        Optional<Replica> replica,
        double capacity,
        int replicas,
        Evidence evidence) {

    /** {@code int8 on t4}. */
    String name() {
        return variant.name() + " on " + offer.acceleratorClass();
    }

    BigDecimal costPerHour() {
        return offer.costPerReplicaHour().multiply(BigDecimal.valueOf(replicas));
    }

    /** Three figures: what differs by less is the same within what is known. */
    BigDecimal roundedCapacity() {
        return Wording.threeFigures(capacity);
    }

    /** The share of the paid capacity that the demand uses. */
    double utilisation(double demand) {
        return capacity > 0 ? demand / (capacity * replicas) : 0;
    }

    double quality() {
        return variant.quality().map(q -> q.value()).orElse(0.0);
    }

    Optional<Double> expectedP99(double demand) {
        return replica.map(r -> r.p99Seconds(demand / Math.max(1, replicas)));
    }

    Candidate withReplicas(int count) {
        return new Candidate(
                order, offer, variant, resident, maxBatchSize, maxDelay, replica, capacity, count, evidence);
    }

    Plan.Pool toPool(double demand, String reason) {
        return new Plan.Pool(
                offer.acceleratorClass(),
                offer.provider(),
                resident,
                new OperatingPoint(variant.name(), maxBatchSize, maxDelay),
                offer.instances(),
                offer.threads(),
                replicas,
                capacity > 0 ? Optional.of(capacity) : Optional.empty(),
                expectedP99(demand)
                        .filter(seconds -> !seconds.isInfinite())
                        .map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9))),
                offer.costPerReplicaHour(),
                evidence,
                reason);
    }

    /** {@code p99 50ms}, or nothing where there is no objective. */
    static Optional<String> objective(Optional<Slo> slo) {
        return slo.map(s -> "p99 " + Wording.seconds(s.p99Seconds()));
    }
}
