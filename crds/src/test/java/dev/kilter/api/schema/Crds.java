package dev.kilter.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Column;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.Summary;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The CRDs: fabric8's generator gives names, types and rules; what the records' annotations say is added here. */
final class Crds {

    /** All kinds, in the order of the reference. */
    static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(InferenceDeployment.class, AcceleratorClass.class, ModelProfile.class, ServingPool.class);

    private static final JsonNode NOT_OBSERVED =
            JsonNodeFactory.instance.objectNode().put("observedGeneration", -1);

    private Crds() {}

    /** For parameterised tests. */
    static Stream<Class<? extends CustomResource<?, ?>>> kinds() {
        return KINDS.stream();
    }

    static CustomResourceDefinition of(Class<? extends CustomResource<?, ?>> kind) {
        CustomResourceDefinition crd = Serialization.unmarshal(generated(kind), CustomResourceDefinition.class);
        crd.getMetadata().setAnnotations(null);
        crd.getSpec().getNames().setCategories(List.of("kilter"));
        var version = crd.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(columns(kind));
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        if (statusOf(kind) == Void.class) {
            root.getProperties().remove("status");
            version.setSubresources(null);
        }
        describe(root, kind);
        return crd;
    }

    /** As committed: the same bytes for the same records. */
    static String yaml(Class<? extends CustomResource<?, ?>> kind) {
        return "# Generated from the records of crds/src/main/java; change those, then run\n# " + Golden.UPDATE + "\n"
                + Serialization.asYaml(of(kind));
    }

    static String fileName(Class<? extends CustomResource<?, ?>> kind) {
        return HasMetadata.getFullResourceName(kind) + "-v1.yml";
    }

    private static void describe(JSONSchemaProps root, Class<? extends CustomResource<?, ?>> kind) {
        Summary summary = kind.getAnnotation(Summary.class);
        root.setDescription(summary.value());
        root.setRequired(List.of("spec"));
        part(root, "spec", summary.spec(), specOf(kind));
        if (!summary.status().isEmpty()) {
            part(root, "status", summary.status(), statusOf(kind));
        }
        if (kind == InferenceDeployment.class) {
            // Without it, what nobody has looked at yet counts as done by kstatus' rules.
            root.getProperties().get("status").setDefault(NOT_OBSERVED);
        }
    }

    private static void part(JSONSchemaProps root, String name, String description, Class<?> record) {
        JSONSchemaProps schema = root.getProperties().get(name);
        schema.setDescription(description);
        SchemaFinish.finish(schema, record, name);
    }

    static Class<?> specOf(Class<?> kind) {
        return typeArgument(kind, 0);
    }

    static Class<?> statusOf(Class<?> kind) {
        return typeArgument(kind, 1);
    }

    private static Class<?> typeArgument(Class<?> kind, int index) {
        var superclass = (java.lang.reflect.ParameterizedType) kind.getGenericSuperclass();
        return (Class<?>) superclass.getActualTypeArguments()[index];
    }

    private static List<CustomResourceColumnDefinition> columns(Class<?> kind) {
        return Arrays.stream(kind.getAnnotationsByType(Column.class))
                .map(column -> new CustomResourceColumnDefinitionBuilder()
                        .withName(column.name())
                        .withJsonPath(column.path())
                        .withType(column.type())
                        .withPriority(column.wide() ? 1 : null)
                        .build())
                .toList();
    }

    private static String generated(Class<? extends CustomResource<?, ?>> kind) {
        var out = new ByteArrayOutputStream();
        new CRDGenerator()
                .customResourceClasses(List.of(kind))
                .forCRDVersions("v1")
                .withOutput(new InMemoryOutput(out))
                .generate();
        return out.toString(StandardCharsets.UTF_8);
    }

    private record InMemoryOutput(ByteArrayOutputStream out) implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return out;
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
