package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Spreads what one revision has to carry over its pools: the plan's first choice first, among equals the cheapest. A
 * pool that others stand in for is counted on for the replicas that have a node, and asks for one more at a time.
 */
final class Fill {

    private static final double ROUNDING = 1e-9;

    private final List<Candidate> bestFirst;
    private final int min;
    private final int max;
    private final double maxCost;

    /** @param capacity empty: nothing is known of the pool; its count stays and is not reckoned with */
    record Candidate(PoolObservation pool, Optional<Capacity> capacity) {
        private int rank() {
            return pool.place().rank();
        }

        private double costPerRequest() {
            double cost = pool.costPerReplicaHour().orElse(Double.POSITIVE_INFINITY);
            return capacity.map(c -> cost / c.carriedBy(1)).orElse(Double.POSITIVE_INFINITY);
        }

        private int most(int max) {
            return Math.min(max, pool.maxReplicas().orElse(max));
        }

        /** In an hour; what has no price is not reckoned against the cap. */
        private double price() {
            return pool.costPerReplicaHour().orElse(0);
        }
    }

    Fill(List<Candidate> candidates, ScalingSettings settings) {
        this.bestFirst = candidates.stream()
                .sorted(Comparator.comparingInt(Candidate::rank)
                        .thenComparingDouble(Candidate::costPerRequest)
                        .thenComparing(c -> c.pool().name()))
                .toList();
        this.min = settings.minReplicas();
        this.max = settings.maxReplicas();
        this.maxCost = settings.maxCostPerHour().orElse(Double.POSITIVE_INFINITY);
    }

    /** What all pools together can carry as they are. */
    double usableNow() {
        return bestFirst.stream()
                .mapToDouble(c -> c.capacity()
                        .map(capacity -> capacity.carriedBy(Math.min(c.pool().replicas(), room(c))))
                        .orElse(0.0))
                .sum();
    }

    /** The count of each pool for the rate, not yet bounded by what all may have together. */
    Map<String, Integer> counts(double perSecond) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        double rest = perSecond;
        for (Candidate candidate : bestFirst) {
            int count = candidate.pool().replicas();
            if (candidate.capacity().isPresent()) {
                Capacity capacity = candidate.capacity().get();
                // A rate that is met but for rounding asks for no further replica.
                double needed = Math.ceil(capacity.neededFor(Math.max(0, rest)) - ROUNDING);
                count = (int) Math.min(needed, candidate.most(Integer.MAX_VALUE));
                rest -= capacity.carriedBy(Math.min(count, room(candidate)));
            } else if (candidate.rank() > 0 && rest <= 1e-6 * perSecond) {
                // Whatever it carries, nothing is left for it.
                count = 0;
            }
            counts.put(candidate.pool().name(), asked(candidate, count));
        }
        return counts;
    }

    /**
     * The same counts within the bounds. What is there goes before what is to come, the first choice before the next; a
     * shortfall is added to the first that has room within the cap, or else whatever it costs: {@code minReplicas} goes
     * before the cap. What asks for a node beside those that stand in for it comes on top, one for each such pool at
     * most, as long as both are there: nothing that serves is given back for it, and while it waits it costs nothing.
     */
    Map<String, Integer> bounded(Map<String, Integer> counts) {
        Bounded bounded = new Bounded();
        List<Candidate> stoodInFor =
                bestFirst.stream().filter(this::isStoodInFor).toList();
        int most = max + stoodInFor.size();
        double mostCost =
                maxCost + stoodInFor.stream().mapToDouble(Candidate::price).sum();
        for (Candidate candidate : bestFirst) {
            bounded.add(candidate, Math.min(candidate.pool().replicas(), of(counts, candidate)), most, mostCost);
        }
        for (Candidate candidate : bestFirst) {
            bounded.add(candidate, of(counts, candidate) - bounded.of(candidate), max, maxCost);
        }
        int missing = min - bounded.all;
        for (Candidate candidate : bestFirst) {
            missing -= bounded.add(candidate, missing, Integer.MAX_VALUE, maxCost);
            boolean asks = of(counts, candidate) > room(candidate) || missing > 0;
            if (isStoodInFor(candidate) && asks && bounded.all < most) {
                bounded.put(candidate, 1);
            }
        }
        for (Candidate candidate : bestFirst) {
            missing -= bounded.add(candidate, missing, Integer.MAX_VALUE, Double.POSITIVE_INFINITY);
        }
        return bounded.counts;
    }

    /** What keeps so many from being there; empty: nothing that all pools share. */
    Optional<String> limit(Map<String, Integer> counts) {
        long all = counts.values().stream().mapToLong(Integer::longValue).sum();
        double cost =
                bestFirst.stream().mapToDouble(c -> of(counts, c) * c.price()).sum();
        List<String> limits = new ArrayList<>();
        if (all > max) {
            limits.add("maxReplicas is " + max);
        }
        if (cost > maxCost * (1 + ROUNDING)) {
            limits.add("budget.maxCostPerHour is %s, they cost %s".formatted(Figures.of(maxCost), Figures.of(cost)));
        }
        return limits.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", limits));
    }

    /** Counts that grow within bounds. */
    private final class Bounded {
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private int all;
        private double cost;

        /** As many more as the pool has room for, {@code most} of all pools and {@code mostCost} leave; how many. */
        int add(Candidate candidate, int more, int most, double mostCost) {
            int room = Math.min(room(candidate), candidate.most(Integer.MAX_VALUE)) - of(candidate);
            int allowed = Math.min(Math.min(more, room), most - all);
            double price = candidate.price();
            double afforded = price > 0 ? Math.floor((mostCost - cost) / price + ROUNDING) : allowed;
            int added = (int) Math.clamp(afforded, 0, Math.max(0, allowed));
            put(candidate, added);
            return added;
        }

        void put(Candidate candidate, int more) {
            counts.merge(candidate.pool().name(), more, Integer::sum);
            all += more;
            cost += more * candidate.price();
        }

        int of(Candidate candidate) {
            return counts.getOrDefault(candidate.pool().name(), 0);
        }
    }

    /** Whether another pool carries what this one finds no room for. */
    boolean isStoodInFor(Candidate candidate) {
        return candidate.pool().place().scheduled().isPresent()
                && candidate.rank() < bestFirst.getLast().rank();
    }

    /** The replicas that may be counted on. */
    private int room(Candidate candidate) {
        return isStoodInFor(candidate) ? candidate.pool().placed() : Integer.MAX_VALUE;
    }

    private int asked(Candidate candidate, int count) {
        return isStoodInFor(candidate) ? Math.min(count, candidate.pool().placed() + 1) : count;
    }

    private static int of(Map<String, Integer> counts, Candidate candidate) {
        return counts.get(candidate.pool().name());
    }

    List<Candidate> bestFirst() {
        return bestFirst;
    }

    /** For people. */
    String bounds() {
        String cap = maxCost == Double.POSITIVE_INFINITY ? "" : " at " + Figures.of(maxCost) + " an hour at most";
        return min + ".." + max + " replicas" + cap;
    }
}
