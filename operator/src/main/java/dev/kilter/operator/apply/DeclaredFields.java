package dev.kilter.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What CRDs that are older than we are have of our statuses. A server refuses a status with a field that its CRD does
 * not have as a whole; it takes one without.
 */
final class DeclaredFields {

    /** The CRD may be upgraded meanwhile: then all of a status is tried anew. */
    private static final Duration BELIEVED = Duration.ofMinutes(2);

    private record Schema(JsonNode ofStatus, Instant readAt) {}

    private final KubernetesClient client;
    private final KubernetesSerialization serialization;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    DeclaredFields(KubernetesClient client) {
        this.client = client;
        this.serialization = client.getKubernetesSerialization();
    }

    /** Reads what the server has, once it refused a status; anybody may, as {@code kubectl explain} does. */
    void read(HasMetadata refused, Instant now) {
        JsonNode published =
                serialization.unmarshal(client.raw("/openapi/v3/apis/" + refused.getApiVersion()), JsonNode.class);
        for (JsonNode schema : published.at("/components/schemas")) {
            JsonNode kind = schema.at("/x-kubernetes-group-version-kind/0/kind");
            if (kind.asText().equals(refused.getKind())) {
                schemas.put(refused.getKind(), new Schema(schema.at("/properties/status"), now));
            }
        }
    }

    /** What the server can take of a kind's status: all, unless it refused one lately. */
    <S> S of(String kind, S status, Class<S> type, Instant now) {
        Schema schema = schemas.computeIfPresent(
                kind, (any, read) -> now.isAfter(read.readAt().plus(BELIEVED)) ? null : read);
        if (schema == null) {
            return status;
        }
        JsonNode declared = serialization.convertValue(status, JsonNode.class);
        prune(declared, schema.ofStatus());
        return serialization.convertValue(declared, type);
    }

    /** Takes away what a schema does not have. */
    static void prune(JsonNode value, JsonNode schema) {
        switch (value) {
            case ArrayNode elements -> elements.forEach(element -> prune(element, schema.path("items")));
            case ObjectNode object
            when schema.has("properties") -> {
                JsonNode properties = schema.get("properties");
                object.properties().removeIf(member -> !properties.has(member.getKey()));
                object.properties().forEach(member -> prune(member.getValue(), properties.get(member.getKey())));
            }
            case ObjectNode object -> object.forEach(member -> prune(member, schema.path("additionalProperties")));
            default -> {}
        }
    }
}
