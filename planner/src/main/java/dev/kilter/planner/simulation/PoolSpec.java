package dev.kilter.planner.simulation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A pool to simulate.
 *
 * @param name for reports
 * @param variants the service curve of each resident variant
 * @param point how its replicas serve at the beginning; its variant is the preferred one
 * @param instances engine instances of each replica
 * @param replicas at the beginning, all of them ready
 * @param startUp from a replica's place to its readiness
 * @param pricePerHour of one replica; with {@code nodes} of one place, whether taken or not
 * @param weight of a replica in balancing, beside other pools
 * @param nodes where replicas have their places; empty: there is always room
 * @param rule how its replicas work
 */
public record PoolSpec(
        String name,
        Map<String, ServiceCurve> variants,
        OperatingPoint point,
        int instances,
        int replicas,
        Delay startUp,
        double pricePerHour,
        double weight,
        Optional<Nodes> nodes,
        ReplicaRule rule) {
    public PoolSpec {
        variants = Map.copyOf(variants);
        if (!variants.containsKey(point.variant())) {
            throw new IllegalArgumentException(
                    "point.variant: " + point.variant() + " (expected: one of " + variants.keySet() + ")");
        }
        if (instances < 1) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= 1)");
        }
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: >= 0)");
        }
        if (!(pricePerHour >= 0)) {
            throw new IllegalArgumentException("pricePerHour: " + pricePerHour + " (expected: >= 0)");
        }
        if (!(weight > 0)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: > 0)");
        }
        int places = nodes.map(n -> n.initial() * n.replicasPerNode()).orElse(Integer.MAX_VALUE);
        if (replicas > places) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: <= " + places
                    + ", the places on the nodes of the beginning)");
        }
    }

    /** One variant on hardware of which there is enough, worked as the runtime does, at a price of 1. */
    public static PoolSpec of(ServiceCurve curve, OperatingPoint point, int replicas, Delay startUp) {
        return new PoolSpec(
                "pool",
                Map.of(point.variant(), curve),
                point,
                1,
                replicas,
                startUp,
                1,
                1,
                Optional.empty(),
                ReplicaRule.PRODUCTION);
    }

    /** The same with another resident variant, which answers that share at most of what would be refused. */
    public PoolSpec degrading(String variant, ServiceCurve curve, double maxShare) {
        Map<String, ServiceCurve> all = new HashMap<>(variants);
        all.put(variant, curve);
        OperatingPoint both = point.with(Optional.of(new OperatingPoint.Lesser(variant, maxShare)));
        return new PoolSpec(name, all, both, instances, replicas, startUp, pricePerHour, weight, nodes, rule);
    }

    /** The same with another rule and as many engine instances. */
    public PoolSpec working(ReplicaRule other, int engines) {
        return new PoolSpec(name, variants, point, engines, replicas, startUp, pricePerHour, weight, nodes, other);
    }

    /** The same with nothing but the variant it begins with. */
    public PoolSpec undegraded() {
        String variant = point.variant();
        return new PoolSpec(
                name,
                Map.of(variant, variants.get(variant)),
                point.with(Optional.empty()),
                instances,
                replicas,
                startUp,
                pricePerHour,
                weight,
                nodes,
                rule);
    }

    /** The same on nodes. */
    public PoolSpec on(Nodes places) {
        return new PoolSpec(
                name, variants, point, instances, replicas, startUp, pricePerHour, weight, Optional.of(places), rule);
    }
}
