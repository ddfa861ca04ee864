package dev.kilter.autoscaler.dcgm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A GPU, or an instance of one, that a pod holds, as one page tells of it.
 *
 * @param values of the fields that are told
 * @param xidText what the exporter says of the last XID; empty: nothing
 * @param atMillis when the oldest value was taken, epoch milliseconds; empty: when the page was
 * @param lost what of the page could not be read, and may have told of this GPU too
 */
record Device(
        Id id,
        Holder holder,
        Map<Metric, Value> values,
        String xidText,
        OptionalLong atMillis,
        Optional<Problem> lost) {

    Device {
        values = Map.copyOf(values);
    }

    /**
     * @param uuid of the whole GPU
     * @param index of the whole GPU on its node
     * @param instance where the GPU is partitioned (MIG); empty: the whole GPU
     * @param profile of the instance
     * @param share where several pods share it and the exporter tells them apart; empty: it does not
     */
    record Id(String uuid, String index, String instance, String profile, String share) {

        boolean isInstance() {
            return !instance.isEmpty();
        }

        /** For people. */
        String name(String node) {
            return (isInstance() ? "instance %s (%s) of ".formatted(instance, profile) : "") + "GPU " + index + " of "
                    + node;
        }
    }

    /** A pod. */
    record Holder(String namespace, String pod) {}

    /**
     * Share of the time that it computes: the utilisation that {@code nvidia-smi} shows. An instance has none, or an
     * exporter tells 0 of it, so of instances it is the activity of their engines.
     */
    Value utilization() {
        List<Metric> sources = id.isInstance() ? List.of(Metric.ACTIVE) : List.of(Metric.UTILIZATION, Metric.ACTIVE);
        return sources.stream()
                .map(values::get)
                .filter(Value.Known.class::isInstance)
                .findFirst()
                .orElseGet(() -> unknown(sources));
    }

    /** Share of its memory in use, of what is not reserved: DCGM's own definition. */
    Value memory() {
        OptionalDouble used = known(Metric.MEMORY_USED);
        OptionalDouble free = known(Metric.MEMORY_FREE);
        if (used.isEmpty() || free.isEmpty()) {
            return unknown(List.of(Metric.MEMORY_USED, Metric.MEMORY_FREE));
        }
        double all = used.getAsDouble() + free.getAsDouble();
        return all > 0
                ? new Value.Known(used.getAsDouble() / all)
                : new Value.Unusable(new Problem.Implausible(
                        Metric.MEMORY_USED.field() + " with " + Metric.MEMORY_FREE.field(), "0", "more than 0 in all"));
    }

    OptionalDouble known(Metric metric) {
        return values.get(metric) instanceof Value.Known(double value)
                ? OptionalDouble.of(value)
                : OptionalDouble.empty();
    }

    /** What is wrong with it, or else that it is not told. */
    private Value.Unusable unknown(List<Metric> sources) {
        return sources.stream()
                .map(values::get)
                .filter(Value.Unusable.class::isInstance)
                .map(Value.Unusable.class::cast)
                .findFirst()
                .orElseGet(() -> new Value.Unusable(lost.orElseGet(() -> new Problem.NotTold(sources.stream()
                        .filter(metric -> !values.containsKey(metric))
                        .map(Metric::field)
                        .collect(Collectors.joining(", "))))));
    }
}
