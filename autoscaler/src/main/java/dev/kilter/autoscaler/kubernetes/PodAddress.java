package dev.kilter.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** Where a pod serves. */
@FunctionalInterface
public interface PodAddress {

    /** {@code host:port}; empty: it has no address yet. */
    Optional<String> of(Pod pod);

    /** The pod's IP, with the port that its first container names {@code http}, or else declares first. */
    static PodAddress byIp() {
        return pod -> Optional.ofNullable(pod.getStatus())
                .flatMap(status -> Optional.ofNullable(status.getPodIP()))
                .filter(ip -> !ip.isBlank())
                .map(ip -> of(ip, port(pod)));
    }

    /** {@code host:port}. */
    static String of(String ip, int port) {
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port;
    }

    private static int port(Pod pod) {
        var ports = pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .toList();
        return ports.stream()
                .filter(port -> "http".equals(port.getName()))
                .findFirst()
                .or(() -> ports.stream().findFirst())
                .map(ContainerPort::getContainerPort)
                .orElse(8080);
    }
}
