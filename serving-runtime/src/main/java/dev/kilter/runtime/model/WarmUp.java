package dev.kilter.runtime.model;

import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.SampleInputs;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Touches what the first requests would otherwise pay for: batch 1 and the largest, on every instance. What it takes is
 * the first thing the curve learns.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int ROUNDS = 3;

    /** A size that has taken this long is warm: what a first run has to pay besides is small against that. */
    private static final long ENOUGH_NANOS = 100_000_000;

    private WarmUp() {}

    /**
     * Runs it; blocks.
     *
     * @throws EngineException if the model cannot even run a single item whose shape its signature tells
     */
    static void run(ResidentVariant variant, int maxBatchSize, LearnedCurve curve) throws EngineException {
        for (LoadedModel instance : variant.instances()) {
            for (int items : sizes(instance, maxBatchSize)) {
                try {
                    touch(instance, items, curve);
                } catch (EngineException e) {
                    if (SampleInputs.certain(instance.signature())) {
                        throw e;
                    }
                    // Free dimensions were guessed; a guess that does not suit the model is no fault of the model.
                    LOG.info("variant {}: warm-up of batch {} skipped: {}", variant.name(), items, e.getMessage());
                }
            }
        }
    }

    private static List<Integer> sizes(LoadedModel instance, int maxBatchSize) {
        return instance.signature().batchable()
                ? IntStream.of(1, maxBatchSize).distinct().boxed().toList()
                : List.of(1);
    }

    private static void touch(LoadedModel instance, int items, LearnedCurve curve) throws EngineException {
        long begin = System.nanoTime();
        long least = Long.MAX_VALUE; // the first run is slow, and any may meet a stall
        int rounds = 0;
        do {
            long start = System.nanoTime();
            instance.run(SampleInputs.of(instance.signature(), items));
            least = Math.min(least, System.nanoTime() - start);
            rounds++;
        } while (rounds < ROUNDS && System.nanoTime() - begin < ENOUGH_NANOS);
        curve.record(items, least);
    }
}
