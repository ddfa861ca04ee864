package dev.kilter.autoscaler;

import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;

/** What all sources reported in one round. */
public record LoadSnapshot(List<Gateway> gateways, List<Pod> pods) {

    /** Nobody was asked. */
    public static final LoadSnapshot EMPTY = new LoadSnapshot(List.of(), List.of());

    public LoadSnapshot {
        gateways = List.copyOf(gateways);
        pods = List.copyOf(pods);
    }

    /** @param instance tells gateways of one namespace apart: the pod's name */
    public record Gateway(String namespace, String instance, Reading<GatewayLoad> reading) {}

    /**
     * A ready serving pod.
     *
     * @param address where it serves, {@code host:port}
     */
    public record Pod(String namespace, String pool, String name, String address, Reading<RuntimeLoad> reading) {}
}
