package dev.kilter.autoscaler.dcgm;

import dev.kilter.autoscaler.Gpu;
import dev.kilter.autoscaler.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What exporters told so far, and what of it is still to be believed. Not thread-safe.
 *
 * <p>A pod is looked for with the exporters of its own node: a page that names a pod which runs elsewhere is of another
 * time or another node.
 */
public final class GpuWatch {

    /** How often exporters are asked. They look at their GPUs every 30 s by default. */
    public static final Duration EVERY = Duration.ofSeconds(15);

    /** A page is believed for so long: two rounds may be missed. */
    static final Duration FRESH = Duration.ofSeconds(45);

    /** Values that have stood still for so long are no measurement. */
    static final Duration FROZEN = Duration.ofMinutes(3);

    private final Map<Exporter, Told> told = new HashMap<>();

    /**
     * Whom to ask.
     *
     * @param address {@code host:port}
     * @param node whose GPUs it tells of; empty: not known
     */
    public record Exporter(String address, Optional<String> node) {

        private boolean mayTellOf(String other) {
            return node.isEmpty() || node.get().equals(other);
        }
    }

    /** The last page of an exporter, and why there is no newer one. */
    private static final class Told {
        private Optional<DcgmPage> page = Optional.empty();
        private Instant at = Instant.EPOCH;
        private String failure = "";
        private Map<Device.Id, DeviceTrack> tracks = Map.of();
    }

    /** Takes what asking one of them gave. */
    public void take(Exporter exporter, Reading<DcgmPage> answer, Instant now) {
        Told before = told.computeIfAbsent(exporter, asked -> new Told());
        switch (answer) {
            case Reading.Missing<DcgmPage>(String reason) -> before.failure = reason;
            case Reading.Report<DcgmPage>(DcgmPage page) -> {
                Map<Device.Id, DeviceTrack> tracks = new HashMap<>();
                for (Device device : page.devices()) {
                    tracks.put(
                            device.id(),
                            Optional.ofNullable(before.tracks.get(device.id()))
                                    .map(track -> track.next(device, now))
                                    .orElseGet(() -> DeviceTrack.first(device, now)));
                }
                before.page = Optional.of(page);
                before.at = now;
                before.failure = "";
                before.tracks = tracks;
            }
        }
    }

    /** Forgets all others. */
    public void retain(Set<Exporter> exporters) {
        told.keySet().retainAll(exporters);
    }

    /**
     * The GPUs of a pod.
     *
     * @param node that it runs on
     */
    public Reading<List<Gpu>> gpus(String namespace, String pod, String node, Instant now) {
        Device.Holder holder = new Device.Holder(namespace, pod);
        List<Gpu> gpus = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        told.forEach((exporter, page) -> {
            if (exporter.mayTellOf(node)) {
                gpus(page, holder, node, now, gpus).ifPresent(reasons::add);
            }
        });
        if (!gpus.isEmpty()) {
            return new Reading.Report<>(gpus);
        }
        return new Reading.Missing<>(elsewhere(holder, node)
                .or(() -> reasons.stream().sorted().findFirst())
                .orElse("no DCGM exporter is known on node " + node));
    }

    /** Adds what one exporter tells of the pod, or says why it does not. */
    private static Optional<String> gpus(Told told, Device.Holder holder, String node, Instant now, List<Gpu> into) {
        String who = "the DCGM exporter of node " + node;
        if (told.page.isEmpty()) {
            return Optional.of(who + " has not answered yet" + (told.failure.isEmpty() ? "" : ": " + told.failure));
        }
        long age = Duration.between(told.at, now).toSeconds();
        if (age > FRESH.toSeconds()) {
            return Optional.of(who + " does not answer any more: " + told.failure);
        }
        List<Device> devices = told.page.get().devices().stream()
                .filter(device -> device.holder().equals(holder))
                .toList();
        for (Device device : devices) {
            DeviceTrack track = told.tracks.get(device.id());
            if (track.standsStill(device, told.at)) {
                return Optional.of(who + " stands still: it tells the same of "
                        + device.id().name(node) + " for minutes");
            }
            into.add(new Gpu(
                    device.id().name(node),
                    reading(device.utilization()),
                    reading(device.memory()),
                    track.faults(device, now)));
        }
        return devices.isEmpty()
                ? Optional.of(told.page
                        .get()
                        .problem()
                        .map(problem -> who + ": " + problem.message())
                        .orElse(who + " does not name pod " + holder.pod()))
                : Optional.empty();
    }

    private Optional<String> elsewhere(Device.Holder holder, String node) {
        return told.entrySet().stream()
                .filter(each -> !each.getKey().mayTellOf(node))
                .filter(each -> each.getValue().page.stream()
                        .flatMap(page -> page.devices().stream())
                        .anyMatch(device -> device.holder().equals(holder)))
                .map(each -> "the DCGM exporter of node %s names pod %s, which runs on node %s"
                        .formatted(each.getKey().node().orElse(""), holder.pod(), node))
                .findFirst();
    }

    private static Reading<Double> reading(Value value) {
        return switch (value) {
            case Value.Known(double known) -> new Reading.Report<>(known);
            case Value.Unusable(Problem problem) -> new Reading.Missing<>(problem.message());
        };
    }
}
