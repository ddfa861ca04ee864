package dev.kilter.autoscaler;

import java.util.List;

/**
 * A GPU, or an instance of one, as somebody tells of it.
 *
 * @param name for people
 * @param utilization share of the time that it computes, 0..1
 * @param memory share of its memory in use, 0..1
 * @param faults what it tells of itself, a phrase each
 */
public record Gpu(String name, Reading<Double> utilization, Reading<Double> memory, List<String> faults) {
    public Gpu {
        faults = List.copyOf(faults);
    }
}
