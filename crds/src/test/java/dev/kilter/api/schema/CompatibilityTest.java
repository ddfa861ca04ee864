package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Today's CRDs take and mean what each released one did; docs/upgrades.md tells the rules. */
class CompatibilityTest {

    private static final Path RELEASED = Path.of("src/test/resources/released");
    private static final Path POOLS = Path.of("servingpools.serving.kilter.dev-v1.yml");

    static Stream<Path> released() throws IOException {
        try (Stream<Path> files = Files.walk(RELEASED)) {
            return files.filter(file -> file.toString().endsWith("-v1.yml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("released")
    void nothingThatWasReleasedBreaks(Path before) throws IOException {
        assertThat(Compatibility.breaks(read(before), read(before.getFileName())))
                .as("between %s and today", before)
                .isEmpty();
    }

    @Test
    void allKindsWereReleased() throws IOException {
        assertThat(released().map(file -> file.getFileName().toString()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Crds.KINDS.stream().map(Crds::fileName).toList());
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(
                        "v1alpha1.spec.share: removed",
                        crd -> properties(crd, "spec").remove("share")),
                change(
                        "v1alpha1.spec.share: type: \"integer\" became \"string\"",
                        crd -> field(crd, "share").put("type", "string")),
                change(
                        "v1alpha1.spec.share: maximum tightened from 100.0 to 99",
                        crd -> field(crd, "share").put("maximum", 99)),
                change(
                        "v1alpha1.spec.revision: minLength tightened from nothing to 90",
                        crd -> field(crd, "revision").put("minLength", 90)),
                change(
                        "v1alpha1.spec.capacityPerReplica: pattern: \"^[0-9]{1,12}(\\\\.[0-9]{1,6})?$\" became \"^1$\"",
                        crd -> field(crd, "capacityPerReplica").put("pattern", "^1$")),
                change(
                        "v1alpha1.spec.revision: newly limited to [\"a\"]",
                        crd -> field(crd, "revision").putArray("enum").add("a")),
                change(
                        "v1alpha1.spec: newly required capacityPerReplica",
                        crd -> ((ArrayNode) schema(crd, "spec").get("required")).add("capacityPerReplica")),
                change(
                        "v1alpha1.spec: new rule self.share > 0",
                        crd -> schema(crd, "spec")
                                .withArray("x-kubernetes-validations")
                                .addObject()
                                .put("rule", "self.share > 0")),
                change(
                        "v1alpha1.status.conditions: x-kubernetes-list-type: \"map\" became \"atomic\"",
                        crd -> ((ObjectNode) properties(crd, "status").get("conditions"))
                                .put("x-kubernetes-list-type", "atomic")),
                change(
                        "v1alpha1: subresource scale removed",
                        crd -> ((ObjectNode) version(crd).get("subresources")).remove("scale")),
                change("v1alpha1: no longer served", crd -> version(crd).put("served", false)),
                change(
                        "v1alpha1: dropped; objects may be stored in it",
                        crd -> version(crd).put("name", "v1beta1")),
                change(
                        "scope: \"Namespaced\" became \"Cluster\"",
                        crd -> ((ObjectNode) crd.get("spec")).put("scope", "Cluster")));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachBreakIsFoundAndItsPlaceTold(String told, Consumer<ObjectNode> change) throws IOException {
        ObjectNode changed = read(POOLS).deepCopy();
        change.accept(changed);
        assertThat(Compatibility.breaks(read(POOLS), changed)).contains(told);
    }

    @Test
    void whatIsNewOrGivesMoreRoomIsFine() throws IOException {
        ObjectNode changed = read(POOLS).deepCopy();
        properties(changed, "spec").putObject("knob").put("type", "string").put("pattern", "^on|off$");
        field(changed, "share").put("maximum", 200).remove("minimum");
        ((ObjectNode) changed.get("spec")).withArray("versions").addObject().put("name", "v1beta1");
        assertThat(Compatibility.breaks(read(POOLS), changed)).isEqualTo(List.of());
    }

    private static Arguments change(String told, Consumer<ObjectNode> how) {
        return Arguments.of(told, how);
    }

    private static ObjectNode version(JsonNode crd) {
        return (ObjectNode) crd.at("/spec/versions/0");
    }

    private static ObjectNode schema(JsonNode crd, String part) {
        return (ObjectNode) version(crd).at("/schema/openAPIV3Schema/properties/" + part);
    }

    private static ObjectNode properties(JsonNode crd, String part) {
        return (ObjectNode) schema(crd, part).get("properties");
    }

    private static ObjectNode field(JsonNode crd, String name) {
        return (ObjectNode) properties(crd, "spec").get(name);
    }

    private static JsonNode read(Path file) throws IOException {
        return Serialization.unmarshal(Files.readString(file), JsonNode.class);
    }
}
