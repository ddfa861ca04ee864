package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users write comes back as it was, and nothing that a newer Kilter writes stops an older one. */
class RoundTripTest {

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void yamlToRecordToYamlLosesNothing(Class<? extends CustomResource<?, ?>> kind) throws Exception {
        JsonNode written = FullResource.of(kind);

        String again = Serialization.asYaml(Serialization.unmarshal(written.toString(), kind));

        assertThat(FullResource.YAML.readTree(again)).isEqualTo(written);
    }

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void theFullResourceSetsEveryField(Class<? extends CustomResource<?, ?>> kind) {
        JSONSchemaProps schema =
                Crds.of(kind).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        for (String part : List.of("spec", "status")) {
            if (schema.getProperties().containsKey(part)) {
                assertFull(
                        part,
                        schema.getProperties().get(part),
                        FullResource.of(kind).get(part));
            }
        }
    }

    private static void assertFull(String path, JSONSchemaProps schema, JsonNode value) {
        assertThat(value).as(path).isNotNull();
        if (schema.getItems() != null) {
            assertThat(value).as(path).isNotEmpty();
            assertFull(path + "[0]", schema.getItems().getSchema(), value.get(0));
        } else if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, of) -> assertFull(path + "." + name, of, value.get(name)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void unknownFieldsAndValuesAreReadOver(Class<? extends CustomResource<?, ?>> kind) {
        ObjectNode newer = FullResource.of(kind);
        FullResource.set(newer, "spec.fromTheFuture", "{a: 1}");
        if (newer.has("status")) {
            FullResource.set(newer, "status.conditions[0].status", "Perhaps");
            FullResource.set(newer, "status.fromTheFuture", "7");
        }

        assertThat(Serialization.unmarshal(newer.toString(), kind).getSpec()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void whatIsLeftOutReadsAsTheSchemasDefault(Class<? extends CustomResource<?, ?>> kind) throws Exception {
        ObjectNode bare = FullResource.of(kind);
        bare.remove("status");
        JSONSchemaProps schema =
                Crds.of(kind).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        keepRequired(bare.get("spec"), schema.getProperties().get("spec"));
        JsonNode read =
                FullResource.YAML.readTree(Serialization.asYaml(Serialization.unmarshal(bare.toString(), kind)));

        assertDefaults("spec", read.get("spec"), schema.getProperties().get("spec"));
    }

    private static void keepRequired(JsonNode value, JSONSchemaProps schema) {
        if (value.isArray()) {
            value.forEach(item -> keepRequired(item, schema.getItems().getSchema()));
        } else if (value.isObject() && schema.getProperties() != null) {
            ((ObjectNode) value).retain(schema.getRequired() == null ? List.of() : schema.getRequired());
            value.properties()
                    .forEach(field -> keepRequired(
                            field.getValue(), schema.getProperties().get(field.getKey())));
        }
    }

    private static void assertDefaults(String path, JsonNode value, JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            value.forEach(
                    item -> assertDefaults(path + "[]", item, schema.getItems().getSchema()));
        } else if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, of) -> {
                String at = path + "." + name;
                boolean writtenByAnother = at.equals("spec.replicas");
                if (of.getDefault() != null && of.getDefault().isValueNode() && !writtenByAnother) {
                    assertThat(value.get(name)).as(at).isEqualTo(of.getDefault());
                }
                if (value.has(name)) {
                    assertDefaults(at, value.get(name), of);
                }
            });
        }
    }
}
