package dev.kilter.autoscaler.metering;

import dev.kilter.autoscaler.Gpu;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.scaling.GpuLoads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** The GPUs of the pods of one pool, taken together. */
public final class GpuMeter {

    private GpuMeter() {}

    /**
     * Where pods or GPUs are not told of, the figures of the others stand, and the first reason with them.
     *
     * @param pods of the pool that hold GPUs
     */
    public static GpuLoads of(List<LoadSnapshot.Gpus> pods) {
        List<String> faults = pods.stream()
                .flatMap(pod -> told(pod).stream()
                        .flatMap(gpu -> gpu.faults().stream()
                                .map(fault -> "%s, pod %s: %s".formatted(gpu.name(), pod.pod(), fault))))
                .distinct()
                .sorted()
                .toList();
        return new GpuLoads(true, pods.size(), figure(pods, Gpu::utilization), figure(pods, Gpu::memory), faults);
    }

    private static GpuLoads.Figure figure(List<LoadSnapshot.Gpus> pods, Function<Gpu, Reading<Double>> of) {
        List<Double> values = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (LoadSnapshot.Gpus pod : pods) {
            Optional<String> why = why(pod, of);
            why.ifPresent(missing::add);
            told(pod).stream().map(of).forEach(reading -> {
                if (reading instanceof Reading.Report<Double>(Double value)) {
                    values.add(value);
                }
            });
        }
        return new GpuLoads.Figure(
                values.isEmpty()
                        ? OptionalDouble.empty()
                        : values.stream().mapToDouble(Double::doubleValue).max(),
                pods.size() - missing.size(),
                missing.stream().findFirst());
    }

    /** Why a figure is not known of all GPUs of a pod; empty: it is. */
    private static Optional<String> why(LoadSnapshot.Gpus pod, Function<Gpu, Reading<Double>> of) {
        if (pod.reading() instanceof Reading.Missing<List<Gpu>>(String reason)) {
            return Optional.of(reason);
        }
        List<Gpu> gpus = told(pod);
        Stream<String> untold = gpus.stream()
                .flatMap(gpu -> of.apply(gpu) instanceof Reading.Missing<Double>(String reason)
                        ? Stream.of(gpu.name() + ": " + reason)
                        : Stream.empty());
        Stream<String> fewer = gpus.size() < pod.held()
                ? Stream.of("%d of %d GPUs of pod %s are told of".formatted(gpus.size(), pod.held(), pod.pod()))
                : Stream.empty();
        return Stream.concat(untold, fewer).findFirst();
    }

    private static List<Gpu> told(LoadSnapshot.Gpus pod) {
        return pod.reading() instanceof Reading.Report<List<Gpu>>(List<Gpu> gpus) ? gpus : List.of();
    }
}
