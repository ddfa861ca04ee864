package dev.kilter.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** One resource of each kind in which every field is set. */
final class FullResource {

    static final YAMLMapper YAML = new YAMLMapper();

    private FullResource() {}

    static ObjectNode of(Class<?> kind) {
        try (InputStream in = FullResource.class.getResourceAsStream("/full/" + kind.getSimpleName() + ".yaml")) {
            return (ObjectNode) YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode tree(GenericKubernetesResource resource) {
        try {
            return (ObjectNode) YAML.readTree(Serialization.asYaml(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sets the value at a path such as {@code spec.model.variants[0].name}; an empty one removes it.
     *
     * @param path of fields that exist but for the last one
     */
    static void set(ObjectNode tree, String path, String yaml) {
        String[] steps = path.replaceAll("\\[(\\d+)]", ".$1").split("\\.");
        JsonNode parent = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = parent.isArray() ? parent.get(Integer.parseInt(steps[i])) : parent.get(steps[i]);
        }
        String last = steps[steps.length - 1];
        if (yaml.isEmpty()) {
            ((ObjectNode) parent).remove(last);
            return;
        }
        try {
            ((ObjectNode) parent).set(last, YAML.readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
