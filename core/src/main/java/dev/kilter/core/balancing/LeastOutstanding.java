package dev.kilter.core.balancing;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Weighted least outstanding: the candidate that would have the least {@code (outstanding + 1) / weight} after the
 * request. Slow candidates keep their requests longer and so get fewer, before any weight has learnt it.
 */
public final class LeastOutstanding {

    private LeastOutstanding() {}

    /**
     * Chooses among the eligible.
     *
     * @param rotation any number; among equals the first at or after this index wins, so a caller that counts up
     *     spreads ties evenly
     * @return empty if none is eligible
     */
    public static <C extends Candidate> Optional<C> choose(
            List<C> candidates, Predicate<? super C> eligible, int rotation) {
        int size = candidates.size();
        int start = size == 0 ? 0 : Math.floorMod(rotation, size);
        C best = null;
        double bestLoad = Double.POSITIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            C candidate = candidates.get(start + i < size ? start + i : start + i - size);
            if (!eligible.test(candidate)) {
                continue;
            }
            double load = (candidate.outstanding() + 1) / candidate.weight();
            if (best == null || load < bestLoad) {
                best = candidate;
                bestLoad = load;
            }
        }
        return Optional.ofNullable(best);
    }
}
