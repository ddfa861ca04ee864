package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.PoolObservation;
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

    private final List<Candidate> bestFirst;
    private final int min;
    private final int max;

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
    }

    Fill(List<Candidate> candidates, int min, int max) {
        this.bestFirst = candidates.stream()
                .sorted(Comparator.comparingInt(Candidate::rank)
                        .thenComparingDouble(Candidate::costPerRequest)
                        .thenComparing(c -> c.pool().name()))
                .toList();
        this.min = min;
        this.max = max;
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
                double needed = Math.ceil(capacity.neededFor(Math.max(0, rest)) - 1e-9);
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
     * shortfall is added to the first that has room. What asks for a node beside those that stand in for it comes on
     * top, one for each such pool at most, as long as both are there: nothing that serves is given back for it.
     */
    Map<String, Integer> bounded(Map<String, Integer> counts) {
        Map<String, Integer> bounded = new LinkedHashMap<>();
        int most = max + (int) bestFirst.stream().filter(this::isStoodInFor).count();
        int all = 0;
        for (Candidate candidate : bestFirst) {
            int counted = Math.min(of(counts, candidate), room(candidate));
            int kept = Math.min(
                    candidate.most(most - all), Math.min(candidate.pool().replicas(), counted));
            bounded.put(candidate.pool().name(), kept);
            all += kept;
        }
        for (Candidate candidate : bestFirst) {
            int counted = Math.min(of(counts, candidate), room(candidate));
            all += grow(bounded, candidate, Math.min(max - all, counted - of(bounded, candidate)));
        }
        int missing = min - all;
        for (Candidate candidate : bestFirst) {
            int grown = grow(bounded, candidate, missing);
            missing -= grown;
            all += grown;
            boolean asks = of(counts, candidate) > room(candidate) || missing > 0;
            if (isStoodInFor(candidate) && asks && all < most) {
                bounded.merge(candidate.pool().name(), 1, Integer::sum);
                all++;
            }
        }
        return bounded;
    }

    private int grow(Map<String, Integer> counts, Candidate candidate, int by) {
        int room = Math.min(room(candidate), candidate.most(Integer.MAX_VALUE)) - of(counts, candidate);
        int grown = Math.max(0, Math.min(by, room));
        counts.merge(candidate.pool().name(), grown, Integer::sum);
        return grown;
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

    int min() {
        return min;
    }

    int max() {
        return max;
    }
}
