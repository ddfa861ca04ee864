package dev.kilter.api.reading;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.api.v1alpha1.Format;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ModelProfileSpec;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what users write: one text with any number of YAML documents, each a resource or a {@code kubectl get} list.
 */
public final class ResourceReader {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String API_VERSION = ApiGroup.NAME + "/" + ApiGroup.VERSION;

    private static final Map<String, Kind> KINDS = Map.of(
            "InferenceDeployment", new Kind(InferenceDeployment.class, InferenceDeploymentSpec.class),
            "AcceleratorClass", new Kind(AcceleratorClass.class, AcceleratorClassSpec.class),
            "ModelProfile", new Kind(ModelProfile.class, ModelProfileSpec.class));

    private final List<CustomResource<?, ?>> resources = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    private record Kind(Class<? extends CustomResource<?, ?>> type, Class<?> spec) {}

    private ResourceReader() {}

    /** Never fails: what is wrong with the text is a violation too. */
    public static Reading read(String yaml) {
        ResourceReader reader = new ResourceReader();
        for (JsonNode document : reader.documents(yaml)) {
            boolean isList = document.path("kind").asText().equals("List");
            (isList ? document.path("items") : List.of(document)).forEach(reader::read);
        }
        if (reader.resources.isEmpty() && reader.others.isEmpty() && reader.violations.isEmpty()) {
            reader.violations.add("document: empty (expected: a resource of " + API_VERSION + ")");
        }
        return new Reading(reader.resources, reader.others, reader.violations);
    }

    private List<JsonNode> documents(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll();
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            String what = e.getOriginalMessage().lines().findFirst().orElse("not readable");
            violations.add(where + what + " (expected: YAML)");
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private void read(JsonNode document) {
        if (document.isNull() || document.isMissingNode()) {
            return;
        }
        String apiVersion = document.path("apiVersion").asText();
        String name = document.path("metadata").path("name").asText();
        Kind kind = KINDS.get(document.path("kind").asText());
        if (!document.isObject() || apiVersion.isEmpty()) {
            violations.add("apiVersion: missing (expected: " + API_VERSION + ")");
        } else if (!apiVersion.startsWith(ApiGroup.NAME + "/")) {
            others.add(document.path("kind").asText() + " " + name);
        } else if (!apiVersion.equals(API_VERSION)) {
            violations.add("apiVersion: " + apiVersion + " (expected: " + API_VERSION + ")");
        } else if (kind == null) {
            violations.add("kind: " + document.path("kind").asText() + " (expected: one of "
                    + String.join(", ", KINDS.keySet().stream().sorted().toList()) + ")");
        } else {
            read(document, kind, name);
        }
    }

    private void read(JsonNode document, Kind kind, String name) {
        List<String> wrong = new ArrayList<>();
        try {
            Format.OBJECT_NAME.check("metadata.name", name);
        } catch (IllegalArgumentException e) {
            wrong.add(e.getMessage());
        }
        texts("metadata.labels", document.path("metadata").path("labels"), wrong);
        texts("metadata.annotations", document.path("metadata").path("annotations"), wrong);
        List<String> known = List.of("apiVersion", "kind", "metadata", "spec", "status");
        document.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                wrong.add(field + ": unknown field (expected: one of " + String.join(", ", known) + ")");
            }
        });
        if (document.path("spec").isMissingNode()) {
            wrong.add("spec: missing (expected: an object)");
        } else {
            new FieldCheck(wrong).check("spec", document.get("spec"), kind.spec());
        }
        if (wrong.isEmpty()) {
            resources.add(Serialization.unmarshal(document.toString(), kind.type()));
        }
        String of = document.path("kind").asText() + " " + name + ": ";
        wrong.forEach(violation -> violations.add(of + violation));
    }

    /** YAML takes a hash such as 8363e173 for a number, and an API server takes no number there. */
    private static void texts(String path, JsonNode map, List<String> wrong) {
        map.properties().stream()
                .filter(each -> !each.getValue().isTextual() && !each.getValue().isNull())
                .forEach(each -> wrong.add(
                        path + "." + each.getKey() + ": " + each.getValue() + " (expected: text; put it in quotes)"));
    }
}
