package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.api.schema.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real API server takes what the chart renders, and grants its processes just that. */
class ChartIT {

    private static ApiServer server;

    @BeforeAll
    static void install() {
        server = ApiServer.start().withCrds();
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("kilter-system")
                        .endMetadata()
                        .build())
                .create();
        for (HasMetadata object : Chart.render(chart -> chart.set("crds.enabled", false))) {
            server.client().resource(object).fieldValidation(Validation.STRICT).create();
        }
        server.awaitRights();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void theOperatorBindsTheGatewaysRoleAndNoOther() {
        try (KubernetesClient operator = server.as("system:serviceaccount:kilter-system:kilter-operator")) {
            assertThatCode(() -> operator.resource(binding("kilter-gateway")).serverSideApply())
                    .doesNotThrowAnyException();
            assertForbidden(() -> operator.resource(binding("cluster-admin")).serverSideApply());
            assertForbidden(
                    () -> operator.resource(binding("kilter-autoscaler")).serverSideApply());
        }
    }

    @Test
    void theOperatorReadsNoSecretAndTouchesNoPod() {
        try (KubernetesClient operator = server.as("system:serviceaccount:kilter-system:kilter-operator")) {
            assertThat(operator.pods().inNamespace("default").list().getItems()).isEmpty();
            assertForbidden(() -> operator.secrets().inNamespace("default").list());
            assertForbidden(() ->
                    operator.pods().inNamespace("default").withName("some").delete());
        }
    }

    @Test
    void theAutoscalerPublishesDemandAndMakesNoDeployment() {
        try (KubernetesClient autoscaler = server.as("system:serviceaccount:kilter-system:kilter-autoscaler")) {
            assertThatCode(() -> autoscaler
                            .resource(new ConfigMapBuilder()
                                    .withNewMetadata()
                                    .withName("intent-kilter-demand")
                                    .withNamespace("default")
                                    .endMetadata()
                                    .build())
                            .serverSideApply())
                    .doesNotThrowAnyException();
            assertForbidden(
                    () -> autoscaler.apps().deployments().inNamespace("default").list());
        }
    }

    @Test
    void theAutoscalerPinsDigestsInTheStatusOfAPoolAndChangesNothingElseOfIt() {
        GenericKubernetesResource pool = new GenericKubernetesResource();
        pool.setApiVersion("serving.kilter.dev/v1alpha1");
        pool.setKind("ServingPool");
        pool.setMetadata(new ObjectMetaBuilder()
                .withName("intent-1")
                .withNamespace("default")
                .build());
        PatchContext apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .build();
        try (KubernetesClient autoscaler = server.as("system:serviceaccount:kilter-system:kilter-autoscaler")) {
            // It may; but there is none.
            assertThatThrownBy(() ->
                            autoscaler.resource(pool).subresource("status").patch(apply))
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(404));
            assertForbidden(() -> autoscaler.resource(pool).serverSideApply());
        }
    }

    @Test
    void aNamespacesGatewayReadsWhatItFollowsAndNothingElse() {
        server.client().resource(binding("kilter-gateway")).serverSideApply();
        server.awaitRights();
        try (KubernetesClient gateway = server.as("system:serviceaccount:default:kilter-gateway")) {
            assertThatCode(() -> gateway.discovery()
                            .v1()
                            .endpointSlices()
                            .inNamespace("default")
                            .list())
                    .doesNotThrowAnyException();
            assertForbidden(() -> gateway.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace("kube-system")
                    .list());
            assertForbidden(() -> gateway.pods().inNamespace("default").list());
        }
    }

    private static void assertForbidden(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(403));
    }

    private static RoleBinding binding(String role) {
        return new RoleBindingBuilder()
                .withNewMetadata()
                .withName("to-" + role)
                .withNamespace("default")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("", "ServiceAccount", "kilter-gateway", "default")
                .build();
    }
}
