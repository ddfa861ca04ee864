package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.kubernetes.KubernetesAutoscaler.ServiceName;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the process is told, from the environment.
 *
 * @param port of health and metrics: {@code KILTER_PORT}, 8080
 * @param namespaces to look at: {@code KILTER_NAMESPACES}, separated by commas; empty: all
 * @param leaseNamespace where the lease is: {@code KILTER_NAMESPACE}, which is the pod's own; kilter-system
 * @param identity in lease and events: {@code KILTER_POD_NAME}, or {@code HOSTNAME}
 * @param dcgm the Service of NVIDIA's DCGM exporters, {@code KILTER_DCGM_SERVICE}, as {@code NAMESPACE/NAME}; empty:
 *     nobody tells of GPUs
 */
public record Settings(
        int port, Set<String> namespaces, String leaseNamespace, String identity, Optional<ServiceName> dcgm) {

    public Settings {
        namespaces = Set.copyOf(namespaces);
    }

    /** @throws IllegalArgumentException naming the variable */
    static Settings from(Map<String, String> environment) {
        return new Settings(
                port(environment.getOrDefault("KILTER_PORT", "8080")),
                Arrays.stream(environment.getOrDefault("KILTER_NAMESPACES", "").split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet()),
                environment.getOrDefault("KILTER_NAMESPACE", "kilter-system"),
                environment.getOrDefault("KILTER_POD_NAME", environment.getOrDefault("HOSTNAME", "kilter-autoscaler")),
                Optional.ofNullable(environment.get("KILTER_DCGM_SERVICE"))
                        .filter(text -> !text.isBlank())
                        .map(Settings::service));
    }

    private static ServiceName service(String text) {
        String[] parts = text.strip().split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException("KILTER_DCGM_SERVICE: " + text + " (expected: NAMESPACE/NAME)");
        }
        return new ServiceName(parts[0], parts[1]);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below with the others.
        }
        throw new IllegalArgumentException("KILTER_PORT: " + text + " (expected: 0..65535)");
    }
}
