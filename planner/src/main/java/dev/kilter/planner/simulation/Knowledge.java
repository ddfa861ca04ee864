package dev.kilter.planner.simulation;

import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.core.simulation.BatchTimes;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What a replica believes that its variants' batches take. */
@FunctionalInterface
interface Knowledge {
    /** What is so. */
    Knowledge CERTAIN = (_, certain, _, _) -> certain;

    /**
     * Of a variant.
     *
     * @param certain what is so
     * @param times what batches truly take
     * @param maxBatchSize the largest batch
     */
    BatchCost of(String variant, BatchCost certain, BatchTimes times, int maxBatchSize);

    /**
     * What one replica has learnt by itself, as a pod does: from each variant's smallest and largest batch in its
     * warm-up, and from all that it has run since.
     */
    static Knowledge learnt(SplittableRandom random) {
        Map<String, LearnedCurve> curves = new HashMap<>();
        return (variant, _, times, maxBatchSize) ->
                curves.computeIfAbsent(variant, _ -> warmedUp(times, maxBatchSize, random));
    }

    private static LearnedCurve warmedUp(BatchTimes times, int maxBatchSize, SplittableRandom random) {
        LearnedCurve typical = new LearnedCurve();
        typical.record(1, nanos(times, 1, random));
        if (maxBatchSize > 1) {
            typical.record(maxBatchSize, nanos(times, maxBatchSize, random));
        }
        return new LearnedCurve(typical);
    }

    private static long nanos(BatchTimes times, int items, SplittableRandom random) {
        return Math.round(times.seconds(items, random) * 1e9);
    }
}
