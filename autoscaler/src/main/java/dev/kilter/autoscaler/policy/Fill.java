package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.PoolObservation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Spreads what one revision has to carry over its pools: the cheapest first. */
final class Fill {

    private final List<Candidate> cheapestFirst;
    private final int min;
    private final int max;

    /** @param capacity empty: nothing is known of the pool; its count stays and is not reckoned with */
    record Candidate(PoolObservation pool, Optional<Capacity> capacity) {
        private double costPerRequest() {
            double cost = pool.costPerReplicaHour().orElse(Double.POSITIVE_INFINITY);
            return capacity.map(c -> cost / c.carriedBy(1)).orElse(Double.POSITIVE_INFINITY);
        }

        private int most(int max) {
            return Math.min(max, pool.maxReplicas().orElse(max));
        }
    }

    Fill(List<Candidate> candidates, int min, int max) {
        this.cheapestFirst = candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::costPerRequest)
                        .thenComparing(c -> c.pool().name()))
                .toList();
        this.min = min;
        this.max = max;
    }

    /** What all pools together can carry as they are. */
    double usableNow() {
        return cheapestFirst.stream()
                .mapToDouble(c -> c.capacity()
                        .map(capacity -> capacity.carriedBy(c.pool().replicas()))
                        .orElse(0.0))
                .sum();
    }

    /** The count of each pool for the rate, not yet bounded by what all may have together. */
    Map<String, Integer> counts(double perSecond) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        double rest = perSecond;
        for (Candidate candidate : cheapestFirst) {
            int count = candidate.pool().replicas();
            if (candidate.capacity().isPresent()) {
                Capacity capacity = candidate.capacity().get();
                // A rate that is met but for rounding asks for no further replica.
                double needed = Math.ceil(capacity.neededFor(Math.max(0, rest)) - 1e-9);
                count = (int) Math.min(needed, candidate.most(Integer.MAX_VALUE));
                rest -= capacity.carriedBy(count);
            }
            counts.put(candidate.pool().name(), count);
        }
        return counts;
    }

    /**
     * The same counts within the bounds. What is there goes before what is to come, the cheapest before the dearest; a
     * shortfall is added to the cheapest.
     */
    Map<String, Integer> bounded(Map<String, Integer> counts) {
        Map<String, Integer> bounded = new LinkedHashMap<>();
        int left = max;
        for (Candidate candidate : cheapestFirst) {
            int kept = Math.min(candidate.most(left), Math.min(candidate.pool().replicas(), of(counts, candidate)));
            bounded.put(candidate.pool().name(), kept);
            left -= kept;
        }
        for (Candidate candidate : cheapestFirst) {
            left -= grow(bounded, candidate, Math.min(left, of(counts, candidate) - of(bounded, candidate)));
        }
        int missing = min - (max - left);
        for (Candidate candidate : cheapestFirst) {
            missing -= grow(bounded, candidate, missing);
        }
        return bounded;
    }

    private static int grow(Map<String, Integer> counts, Candidate candidate, int by) {
        int room = candidate.most(Integer.MAX_VALUE) - of(counts, candidate);
        int grown = Math.max(0, Math.min(by, room));
        counts.merge(candidate.pool().name(), grown, Integer::sum);
        return grown;
    }

    private static int of(Map<String, Integer> counts, Candidate candidate) {
        return counts.get(candidate.pool().name());
    }

    List<Candidate> cheapestFirst() {
        return cheapestFirst;
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }
}
