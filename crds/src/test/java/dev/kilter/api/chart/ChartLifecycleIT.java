package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import dev.kilter.api.schema.ApiServer;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A release on a real API server: from CRDs that were applied by hand to the uninstalled release, and back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartLifecycleIT {

    private static final String CRD = "inferencedeployments.serving.kilter.dev";

    @TempDir
    private static Path folder;

    private static ApiServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        server = ApiServer.start();
        client = server.client();
        for (String namespace : List.of("kilter-system", "team-a")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Order(1)
    void crdsThatWereAppliedByHandAreHandedOverAsTheDocumentationSays() throws IOException {
        server.withCrds();
        assertThatThrownBy(() -> install(Chart.FOLDER).call()).hasMessageContaining("invalid ownership metadata");

        String name = "crd/" + CRD;
        Stream<String> all = Stream.of("acceleratorclasses", "modelprofiles", "servingpools")
                .map(kind -> "crd/" + kind + ".serving.kilter.dev");
        String[] crds = Stream.concat(Stream.of(name), all).toArray(String[]::new);
        kubectl("label", crds, "app.kubernetes.io/managed-by=Helm");
        kubectl("annotate", crds, "meta.helm.sh/release-name=kilter", "meta.helm.sh/release-namespace=kilter-system");
        install(olderChart()).call();
        assertThat(columns()).doesNotContain("SLO");
    }

    @Test
    @Order(2)
    void anUpgradeUpgradesTheCrdsAndNarrowsTheRights() throws IOException {
        applyPodMonitorApi();
        client.resource(resource()).create();
        upgrade()
                .set("namespaces[0]", "team-a")
                .set("monitoring.podMonitors.create", "whenAvailable")
                .set("monitoring.rules.create", "whenAvailable")
                .call();
        server.awaitRights();

        assertThat(columns()).contains("SLO");
        assertThat(client.genericKubernetesResources("monitoring.coreos.com/v1", "PodMonitor")
                        .inNamespace("kilter-system")
                        .list()
                        .getItems())
                .hasSize(4);
        for (String name : List.of("kilter-operator", "kilter-autoscaler")) {
            try (KubernetesClient process = server.as("system:serviceaccount:kilter-system:" + name)) {
                assertThat(process.resources(InferenceDeployment.class)
                                .inNamespace("team-a")
                                .list()
                                .getItems())
                        .hasSize(1);
                assertForbidden(() -> process.resources(InferenceDeployment.class)
                        .inNamespace("default")
                        .list());
                assertForbidden(() -> process.resources(InferenceDeployment.class)
                        .inAnyNamespace()
                        .list());
            }
        }
    }

    @Test
    @Order(3)
    void uninstallingLeavesCrdsAndResourcesAndInstallingTakesThemUpAgain() throws IOException {
        String uid = found().getMetadata().getUid();
        Helm.uninstall("kilter")
                .withNamespace("kilter-system")
                .withKubeConfigContents(server.kubeconfig())
                .call();

        assertThat(client.apps()
                        .deployments()
                        .inNamespace("kilter-system")
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.rbac().clusterRoles().withName("kilter-operator").get())
                .isNull();
        assertThat(found().getMetadata().getUid()).isEqualTo(uid);

        install(Chart.FOLDER).call();
        assertThat(found().getMetadata().getUid()).isEqualTo(uid);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace("kilter-system")
                        .list()
                        .getItems())
                .hasSize(2);
    }

    private static InstallCommand install(Path chart) {
        return new Helm(chart)
                .install()
                .withName("kilter")
                .withNamespace("kilter-system")
                .withKubeConfigContents(server.kubeconfig());
    }

    private static UpgradeCommand upgrade() {
        return new Helm(Chart.FOLDER)
                .upgrade()
                .withName("kilter")
                .withNamespace("kilter-system")
                .withKubeConfigContents(server.kubeconfig());
    }

    /** The chart with a CRD that lacks a column. */
    private static Path olderChart() throws IOException {
        Path older = folder.resolve("kilter");
        try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
            for (Path file : files.toList()) {
                Path to = older.resolve(Chart.FOLDER.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        Path crd = older.resolve("files/crds/" + CRD + "-v1.yml");
        String text = Files.readString(crd);
        String lacking = text.replaceFirst("- jsonPath: \"[^\"]*\"\n *name: \"SLO\"\n *type: \"string\"\n *", "");
        assertThat(lacking).isNotEqualTo(text);
        Files.writeString(crd, lacking);
        return older;
    }

    private static List<String> columns() {
        CustomResourceDefinition crd = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(CRD)
                .get();
        return crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
                .map(column -> column.getName())
                .toList();
    }

    private static void kubectl(String verb, String[] names, String... pairs) throws IOException {
        server.kubectl(Stream.of(Stream.of(verb), Stream.of(names), Stream.of(pairs))
                .flatMap(each -> each)
                .toArray(String[]::new));
    }

    private static GenericKubernetesResource resource() throws IOException {
        GenericKubernetesResource resource = client.getKubernetesSerialization()
                .unmarshal(
                        Files.readString(Path.of("../examples/sentence-embedder.yaml")),
                        GenericKubernetesResource.class);
        resource.getMetadata().setNamespace("team-a");
        return resource;
    }

    private static InferenceDeployment found() {
        return client.resources(InferenceDeployment.class)
                .inNamespace("team-a")
                .withName("sentence-embedder")
                .require();
    }

    private static void applyPodMonitorApi() throws IOException {
        Path file = Files.writeString(folder.resolve("podmonitors.yaml"), """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: podmonitors.monitoring.coreos.com
                  annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
                spec:
                  group: monitoring.coreos.com
                  names: {kind: PodMonitor, plural: podmonitors, singular: podmonitor, listKind: PodMonitorList}
                  scope: Namespaced
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """);
        server.kubectl("apply", "-f", file.toString());
        server.awaitKinds("monitoring.coreos.com", 1);
    }

    private static void assertForbidden(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(403));
    }
}
