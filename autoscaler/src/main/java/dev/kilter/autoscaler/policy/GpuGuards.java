package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.ScalingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What {@code spec.scaling.gpu} makes of a pool's GPUs.
 *
 * @param exceeded a GPU is above its guard: one replica more than the rate asks for, and no more, since a GPU's
 *     utilisation saturates at one busy request
 * @param blind a guard cannot tell: nothing is taken away meanwhile
 * @param told the figures, what is not known of them, and the faults, a phrase each
 */
record GpuGuards(boolean exceeded, boolean blind, List<String> told) {

    /** Of many faults the first are told; all are counted. */
    private static final int MOST_FAULTS = 3;

    static GpuGuards of(GpuLoads gpus, ScalingSettings settings) {
        List<String> told = new ArrayList<>(faults(gpus.faults()));
        boolean asked = settings.maxAcceleratorUtilization().isPresent()
                || settings.maxAcceleratorMemory().isPresent();
        if (asked && !gpus.watched()) {
            told.add("GPU guards without effect: no DCGM exporter is read");
        }
        boolean exceeded = false;
        boolean blind = false;
        for (Guard guard : List.of(
                new Guard("utilization", gpus.utilization(), settings.maxAcceleratorUtilization()),
                new Guard("memory", gpus.memory(), settings.maxAcceleratorMemory()))) {
            Optional<String> unknown = guard.unknown(gpus.pods());
            guard.told().ifPresent(told::add);
            unknown.ifPresent(told::add);
            exceeded |= guard.exceeded();
            blind |= unknown.isPresent();
        }
        return new GpuGuards(exceeded, blind, told);
    }

    private record Guard(String what, GpuLoads.Figure figure, OptionalDouble max) {

        boolean exceeded() {
            return max.isPresent()
                    && figure.highest().isPresent()
                    && figure.highest().getAsDouble() > max.getAsDouble();
        }

        Optional<String> told() {
            if (max.isEmpty() || figure.highest().isEmpty()) {
                return Optional.empty();
            }
            String measured =
                    "GPU " + what + " " + Figures.percent(figure.highest().getAsDouble());
            String limit = Figures.percent(max.getAsDouble());
            return Optional.of(
                    exceeded()
                            ? measured + " above " + limit + ": one more than the rate asks for, none taken"
                            : measured + " of at most " + limit);
        }

        Optional<String> unknown(int pods) {
            return max.isEmpty()
                    ? Optional.empty()
                    : figure.missing()
                            .map(why -> "GPU %s of %d of %d pods is not known, none taken: %s"
                                    .formatted(what, pods - figure.pods(), pods, why));
        }
    }

    private static List<String> faults(List<String> all) {
        if (all.size() <= MOST_FAULTS) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, MOST_FAULTS));
        first.add("and %d GPU faults more".formatted(all.size() - MOST_FAULTS));
        return first;
    }
}
