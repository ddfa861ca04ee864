package dev.kilter.core.scaling;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of the GPUs that the ready pods of one pool hold.
 *
 * @param watched whether anybody tells of GPUs at all
 * @param pods ready pods that hold a GPU
 * @param utilization share of the time that a GPU computes
 * @param memory share of a GPU's memory in use
 * @param faults what GPUs tell of themselves, a phrase each that stays the same while the fault does
 */
public record GpuLoads(boolean watched, int pods, Figure utilization, Figure memory, List<String> faults) {

    /** Nobody tells of GPUs. */
    public static final GpuLoads UNWATCHED = new GpuLoads(false, 0, Figure.NONE, Figure.NONE, List.of());

    public GpuLoads {
        faults = List.copyOf(faults);
    }

    /**
     * One figure of all these GPUs.
     *
     * @param highest of those that are told of, 0..1; empty: of none
     * @param pods of which all GPUs are told of
     * @param missing why others are not told of, a phrase; empty: nothing is missing
     */
    public record Figure(OptionalDouble highest, int pods, Optional<String> missing) {

        /** There is nothing to tell. */
        public static final Figure NONE = new Figure(OptionalDouble.empty(), 0, Optional.empty());
    }
}
