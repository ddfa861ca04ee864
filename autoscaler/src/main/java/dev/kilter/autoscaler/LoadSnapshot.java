package dev.kilter.autoscaler;

import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;
import java.util.Optional;

/**
 * What all sources reported in one round.
 *
 * @param gpus of the pods that hold some; empty: nobody tells of GPUs
 */
public record LoadSnapshot(List<Gateway> gateways, List<Pod> pods, Optional<List<Gpus>> gpus) {

    /** Nobody was asked. */
    public static final LoadSnapshot EMPTY = new LoadSnapshot(List.of(), List.of());

    public LoadSnapshot {
        gateways = List.copyOf(gateways);
        pods = List.copyOf(pods);
        gpus = gpus.map(List::copyOf);
    }

    /** Where nobody tells of GPUs. */
    public LoadSnapshot(List<Gateway> gateways, List<Pod> pods) {
        this(gateways, pods, Optional.empty());
    }

    /** The same with what is told of GPUs. */
    public LoadSnapshot with(List<Gpus> told) {
        return new LoadSnapshot(gateways, pods, Optional.of(told));
    }

    /** @param instance tells gateways of one namespace apart: the pod's name */
    public record Gateway(String namespace, String instance, Reading<GatewayLoad> reading) {}

    /**
     * A ready serving pod.
     *
     * @param address where it serves, {@code host:port}
     */
    public record Pod(String namespace, String pool, String name, String address, Reading<RuntimeLoad> reading) {}

    /**
     * The GPUs of a ready serving pod.
     *
     * @param held how many it was given, at least one
     * @param reading those that are told of; may be fewer
     */
    public record Gpus(String namespace, String pool, String pod, int held, Reading<List<Gpu>> reading) {}
}
