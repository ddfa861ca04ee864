package dev.kilter.core.scaling;

import dev.kilter.core.ServiceCurve;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the ready pods of one pool report, taken together.
 *
 * @param expected ready pods that were asked
 * @param reporting of those, the ones that answered sensibly
 * @param answeredPerSecond of one reporting pod, mean; empty: not yet known
 * @param busyFraction of the engines' time, mean over reporting pods, 0..1; empty: not yet known
 * @param queued requests waiting in one reporting pod, mean
 * @param gpus that the pods hold
 * @param learntCurve service curve of the active variant, as the pods learnt it; empty: too little seen
 */
public record PodLoads(
        int expected,
        int reporting,
        OptionalDouble answeredPerSecond,
        OptionalDouble busyFraction,
        double queued,
        GpuLoads gpus,
        Optional<ServiceCurve> learntCurve) {

    /** No pod was asked. */
    public static final PodLoads NONE =
            new PodLoads(0, 0, OptionalDouble.empty(), OptionalDouble.empty(), 0, GpuLoads.UNWATCHED, Optional.empty());

    /** Whether some ready pod did not answer. */
    public boolean partial() {
        return reporting < expected;
    }
}
