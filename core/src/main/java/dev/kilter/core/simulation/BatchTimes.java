package dev.kilter.core.simulation;

import dev.kilter.core.ServiceCurve;
import java.util.Arrays;
import java.util.SplittableRandom;

/** How long batches truly take, at random. */
@FunctionalInterface
public interface BatchTimes {

    /** A sample of the time of a batch of that many items, seconds. */
    double seconds(int items, SplittableRandom random);

    /** As measured: log-normal, see {@link BatchTime}. */
    static BatchTimes of(ServiceCurve curve, int maxBatchSize) {
        BatchTime[] times = new BatchTime[maxBatchSize];
        Arrays.setAll(times, i -> BatchTime.of(curve, i + 1));
        return (items, random) -> times[items - 1].at(random.nextGaussian());
    }
}
