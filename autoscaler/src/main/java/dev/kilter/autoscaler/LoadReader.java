package dev.kilter.autoscaler;

import java.util.List;

/** Asks gateways and serving pods for their load. */
@FunctionalInterface
public interface LoadReader {

    /**
     * One report, or the reason why there is none, from every gateway and every ready pod that concerns the targets. A
     * source that does not answer is a {@link Reading.Missing}, never an exception.
     */
    LoadSnapshot read(List<ScalingTarget> targets);
}
