package dev.kilter.core.balancing;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Chooses by weight among those that are available; the weight of the others falls to them in proportion. */
public final class ShareChoice {

    private ShareChoice() {}

    /**
     * Chooses one.
     *
     * @param share its weight; 0 or less is never chosen
     * @param point a uniform random number, 0 (inclusive) to 1 (exclusive)
     * @return empty if none that is available has a share
     */
    public static <R> Optional<R> choose(
            List<R> revisions, ToIntFunction<? super R> share, Predicate<? super R> available, double point) {
        if (!(point >= 0 && point < 1)) {
            throw new IllegalArgumentException("point: " + point + " (expected: 0 <= point < 1)");
        }
        long total = 0;
        for (R revision : revisions) {
            total += weight(revision, share, available);
        }
        long left = (long) (point * total);
        for (R revision : revisions) {
            long weight = weight(revision, share, available);
            if (left < weight) {
                return Optional.of(revision);
            }
            left -= weight;
        }
        return Optional.empty();
    }

    private static <R> long weight(R revision, ToIntFunction<? super R> share, Predicate<? super R> available) {
        int weight = share.applyAsInt(revision);
        return weight > 0 && available.test(revision) ? weight : 0;
    }
}
