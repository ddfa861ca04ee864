package dev.kilter.runtime.profile;

import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Measures the time of batches of 1, 2, 4, … items within a budget. */
final class ServiceTimes {

    private static final int WARM_UP = 3;
    private static final int FEWEST = 5;
    private static final int MOST = 1000;

    private ServiceTimes() {}

    /** 1, 2, 4, … and the largest; 1 alone for a model that takes no batches. */
    static List<Integer> sizes(LoadedModel model, int maxBatchSize) {
        List<Integer> sizes = new ArrayList<>();
        int largest = model.signature().batchable() ? maxBatchSize : 1;
        for (int size = 1; size < largest; size *= 2) {
            sizes.add(size);
        }
        sizes.add(largest);
        return sizes;
    }

    /**
     * Measures; blocks for about the budget. Each size has an equal share of what is left of it, and gives back what it
     * does not need; the point tells how many samples there were. A size keeps a few samples even where one takes
     * longer than the share; sizes are left out once the budget is gone.
     */
    static List<RuntimeLoad.CurvePoint> measure(
            LoadedModel model, List<Integer> sizes, Duration budget, LongSupplier clock) throws EngineException {
        List<RuntimeLoad.CurvePoint> points = new ArrayList<>();
        long end = clock.getAsLong() + budget.toNanos();
        for (int i = 0; i < sizes.size(); i++) {
            long left = end - clock.getAsLong();
            if (left <= 0 && i > 0) {
                break;
            }
            points.add(point(model, sizes.get(i), left / (sizes.size() - i), clock));
        }
        return points;
    }

    private static RuntimeLoad.CurvePoint point(LoadedModel model, int size, long shareNanos, LongSupplier clock)
            throws EngineException {
        List<Tensor> inputs = SampleInputs.of(model.signature(), size);
        long start = clock.getAsLong();
        for (int i = 0; i < WARM_UP; i++) {
            model.run(inputs);
        }
        long[] samples = new long[MOST];
        int count = 0;
        long now = clock.getAsLong();
        while (count < MOST && (count < FEWEST || now - start < shareNanos)) {
            model.run(inputs);
            long after = clock.getAsLong();
            samples[count] = after - now;
            count++;
            now = after;
        }
        return told(size, Arrays.copyOf(samples, count));
    }

    private static RuntimeLoad.CurvePoint told(int size, long[] samples) {
        Arrays.sort(samples);
        double mean = LongStream.of(samples).average().orElseThrow();
        double p99 = samples[(int) Math.ceil(0.99 * samples.length) - 1];
        return new RuntimeLoad.CurvePoint(size, mean / 1e6, Math.max(mean, p99) / 1e6, samples.length);
    }
}
