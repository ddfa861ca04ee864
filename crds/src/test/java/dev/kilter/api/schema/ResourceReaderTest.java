package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kilter.api.reading.Reading;
import dev.kilter.api.reading.ResourceReader;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Without an API server the same is refused, as far as single fields go. */
class ResourceReaderTest {

    static Stream<Class<? extends CustomResource<?, ?>>> written() {
        return Crds.kinds().filter(kind -> kind != ServingPool.class);
    }

    @ParameterizedTest
    @MethodSource("written")
    void aFullResourceHasNoViolation(Class<? extends CustomResource<?, ?>> kind) throws Exception {
        Reading reading = ResourceReader.read(FullResource.YAML.writeValueAsString(FullResource.of(kind)));

        assertThat(reading.violations()).isEmpty();
        assertThat(reading.of(kind)).hasSize(1);
    }

    @ParameterizedTest
    @FieldSource("dev.kilter.api.schema.Refusal#OF_FIELDS")
    void whatTheApiServerRefusesIsRefusedHere(Refusal row) throws Exception {
        ObjectNode tree = row.applied();

        Reading reading = ResourceReader.read(FullResource.YAML.writeValueAsString(tree));

        String field = row.edits().getFirst().replaceAll("=.*", "");
        assertThat(reading.violations())
                .singleElement()
                .asString()
                .startsWith(row.kind().getSimpleName() + " "
                        + tree.at("/metadata/name").asText() + ": " + field)
                .matches("(?s).*\\(.+\\)");
        assertThat(reading.resources()).isEmpty();
    }

    @Test
    void aLabelThatYamlTakesForANumberIsToldOf() throws Exception {
        ObjectNode tree = FullResource.of(InferenceDeployment.class);
        tree.withObject("/metadata/labels").put("team", "search").put("source", 8363e173);

        assertThat(ResourceReader.read(FullResource.YAML.writeValueAsString(tree))
                        .violations())
                .singleElement()
                .asString()
                .contains("metadata.labels.source: 8.363E176 (expected: text; put it in quotes)");
    }

    /** What {@code kubectl get -o yaml} prints. */
    @ParameterizedTest
    @MethodSource("written")
    void aListIsItsItems(Class<? extends CustomResource<?, ?>> kind) throws Exception {
        ObjectNode list = FullResource.YAML.createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        list.putArray("items").add(FullResource.of(kind)).add(FullResource.of(kind));

        Reading reading = ResourceReader.read(FullResource.YAML.writeValueAsString(list));

        assertThat(reading.violations()).isEmpty();
        assertThat(reading.of(kind)).hasSize(2);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        Reading reading = ResourceReader.read("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: InferenceDeployment
                metadata: {name: Intent}
                spec:
                  model:
                    variants: [{name: a}]
                  slo: {latency: {p99: 50, p95: 10ms}}
                  batching: {maxBatchSize: 4096}
                """);

        assertThat(reading.violations())
                .containsExactly(
                        "InferenceDeployment Intent: metadata.name: Intent (expected: lower-case letters, digits, '-' and '.')",
                        "InferenceDeployment Intent: spec.model.variants[0].uri: missing (Where the file is: file:/PATH,"
                                + " https://…, s3://BUCKET/KEY, pvc://CLAIM/PATH, maven:GROUP:ARTIFACT:VERSION!/ENTRY, or"
                                + " emulated:?curve=1:8ms,8:20ms&ready=2s for an engine that only takes the time a model"
                                + " would.)",
                        "InferenceDeployment Intent: spec.slo.latency.p95: unknown field (expected: one of p99)",
                        "InferenceDeployment Intent: spec.slo.latency.p99: 50 (expected: a number and a unit (us, ms, s,"
                                + " m, h), such as 50ms)",
                        "InferenceDeployment Intent: spec.batching.maxBatchSize: 4096 (expected: 1..1024)");
    }

    @Test
    void brokenYamlIsAViolationWithItsPlace() {
        assertThat(ResourceReader.read("apiVersion: [").violations())
                .singleElement()
                .asString()
                .startsWith("line 1, column ")
                .endsWith("(expected: YAML)");
    }

    @Test
    void anEmptyTextIsAViolation() {
        assertThat(ResourceReader.read("# nothing\n").violations()).hasSize(1);
    }

    @Test
    void otherKindsAreNamedAndLeft() {
        Reading reading = ResourceReader.read("""
                apiVersion: v1
                kind: Secret
                metadata: {name: store}
                ---
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ServingPool
                metadata: {name: x}
                """);

        assertThat(reading.others()).containsExactly("Secret store");
        assertThat(reading.violations())
                .containsExactly(
                        "kind: ServingPool (expected: one of AcceleratorClass, InferenceDeployment, ModelProfile)");
        assertThat(reading.of(InferenceDeployment.class)).isEmpty();
    }
}
