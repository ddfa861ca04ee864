package dev.kilter.operator.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pods of a namespace's gateway, as whoever installed Kilter wants them.
 *
 * @param replicas 1 to 100
 * @param resources of each; absent: {@link #DEFAULT}'s
 * @param nodeSelector absent: none
 * @param tolerations absent: none
 * @param priorityClassName absent or empty: the cluster's default
 */
public record GatewayPods(
        int replicas,
        ResourceRequirements resources,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        String priorityClassName) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final ResourceRequirements RESOURCES = new ResourceRequirementsBuilder()
            .withRequests(new TreeMap<>(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("256Mi"))))
            .withLimits(Map.of("memory", new Quantity("512Mi")))
            .build();

    /** One, without a place of its own. */
    public static final GatewayPods DEFAULT = new GatewayPods(1, null, null, null, null);

    public GatewayPods {
        if (replicas < 1 || replicas > 100) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1..100)");
        }
        resources = resources == null ? RESOURCES : resources;
        nodeSelector = nodeSelector == null ? Map.of() : new TreeMap<>(nodeSelector);
        tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        priorityClassName = priorityClassName == null || priorityClassName.isBlank() ? null : priorityClassName;
    }

    /**
     * Reads the JSON that the chart makes of its value {@code gateway}.
     *
     * @param name of what holds the text, for the error
     * @throws IllegalArgumentException naming it, and the place in it
     */
    public static GatewayPods parse(String name, String json) {
        try {
            return JSON.readValue(json, GatewayPods.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    name + ": " + json + " (expected: the chart's value gateway as JSON): " + e.getOriginalMessage(),
                    e);
        }
    }
}
