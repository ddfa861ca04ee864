package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema as a real API server applies it: one row for each rule. */
class ApiServerRulesIT {

    private static ApiServer server;

    @BeforeAll
    static void start() {
        server = ApiServer.start().withCrds();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void clear() {
        Crds.KINDS.forEach(kind -> resource(FullResource.of(kind)).delete());
    }

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void theFullResourceIsAcceptedWithItsStatus(Class<? extends CustomResource<?, ?>> kind) {
        ObjectNode tree = FullResource.of(kind);
        GenericKubernetesResource created =
                resource(tree).fieldValidation(Validation.STRICT).create();

        assertThat(FullResource.tree(created).get("spec")).isEqualTo(tree.get("spec"));
        if (tree.has("status")) {
            GenericKubernetesResource updated = resource(tree).updateStatus();
            assertThat(FullResource.tree(updated).get("status")).isEqualTo(tree.get("status"));
        }
    }

    @ParameterizedTest
    @FieldSource({"dev.kilter.api.schema.Refusal#BETWEEN_FIELDS", "dev.kilter.api.schema.Refusal#OF_FIELDS"})
    void isRefused(Refusal row) {
        assertThatThrownBy(() -> resource(row.applied())
                        .dryRun()
                        .fieldValidation(Validation.STRICT)
                        .create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(row.message());
    }

    @ParameterizedTest
    @FieldSource("dev.kilter.api.schema.Refusal#ON_UPDATE")
    void isRefusedOnceItExists(Refusal row) {
        resource(FullResource.of(row.kind())).create();

        assertThatThrownBy(() -> resource(row.applied()).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(row.message());
    }

    @ParameterizedTest
    @FieldSource("dev.kilter.api.schema.Refusal#ON_STATUS_UPDATE")
    void isRefusedInTheStatus(Refusal row) {
        resource(FullResource.of(row.kind())).create();
        resource(FullResource.of(row.kind())).updateStatus();

        assertThatThrownBy(() -> resource(row.applied()).updateStatus())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(row.message());
    }

    @Test
    void theScaleSubresourceSetsTheReplicas() {
        NamespaceableResource<GenericKubernetesResource> pool = resource(FullResource.of(ServingPool.class));
        pool.create();

        var scaled = server.client()
                .resources(ServingPool.class)
                .inNamespace("default")
                .withName("intent-7c9f0a11")
                .scale(5);

        assertThat(scaled.getSpec().replicas()).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.ExamplesTest#examples")
    void everyExampleIsAccepted(Path example) throws java.io.IOException {
        for (var document : Examples.documents(example)) {
            assertThat(resource(document)
                            .dryRun()
                            .fieldValidation(Validation.STRICT)
                            .create())
                    .isNotNull();
        }
    }

    @Test
    void aRepeatedApplyChangesNothing() throws Exception {
        assertThat(server.kubectl("apply", "-f", ".").lines())
                .hasSize(Crds.KINDS.size())
                .allMatch(line -> line.endsWith(" unchanged"));

        server.kubectl("apply", "-f", "../examples");
        assertThat(server.kubectl("apply", "-f", "../examples").lines()).allMatch(line -> line.endsWith(" unchanged"));
        server.kubectl("delete", "-f", "../examples");
    }

    @Test
    void kubectlPrintsWhatPeopleLookFor() throws Exception {
        resource(FullResource.of(InferenceDeployment.class)).create();
        resource(FullResource.of(InferenceDeployment.class)).updateStatus();

        List<String> lines = server.kubectl("get", "infd").lines().toList();

        assertThat(lines.getFirst().split(" {2,}"))
                .containsExactly("NAME", "URL", "READY", "REASON", "SLO", "P99", "REPLICAS", "AGE");
        assertThat(lines.get(1).split(" {2,}"))
                .startsWith("intent", "http://intent.default.svc", "True", "Serving", "50ms", "41ms", "2");
    }

    @Test
    void aServerSideDiffShowsNothing() throws Exception {
        server.kubectl("apply", "--server-side", "-f", "../examples");
        assertThat(server.kubectl("diff", "--server-side", "-f", "../examples")).isEmpty();
        server.kubectl("delete", "-f", "../examples");
    }

    private static NamespaceableResource<GenericKubernetesResource> resource(ObjectNode tree) {
        return server.client().resource(Serialization.unmarshal(tree.toString(), GenericKubernetesResource.class));
    }
}
