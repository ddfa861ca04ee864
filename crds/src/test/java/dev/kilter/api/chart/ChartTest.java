package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {

    private static final Set<String> VERBS =
            Set.of("get", "list", "watch", "create", "update", "patch", "delete", "bind");

    @Test
    void lintFindsNothing() {
        assertThat(new Helm(Chart.FOLDER).lint().strict().quiet().call().isFailed())
                .isFalse();
    }

    @Test
    void bothProcessesAreThere() {
        assertThat(of(Deployment.class, rendered()))
                .extracting(d -> d.getMetadata().getName())
                .containsExactlyInAnyOrder("kilter-operator", "kilter-autoscaler");
    }

    @Test
    void everyPodKeepsToTheRestrictedStandard() {
        for (Deployment deployment : of(Deployment.class, rendered())) {
            var pod = deployment.getSpec().getTemplate().getSpec();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() == null);
            for (Container container : pod.getContainers()) {
                var security = container.getSecurityContext();
                assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                assertThat(security.getReadOnlyRootFilesystem()).isTrue();
                assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
            }
        }
    }

    @Test
    void everyRightNamesItsVerbsAndResources() {
        assertThat(rules()).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.getVerbs()).isNotEmpty().isSubsetOf(VERBS);
            assertThat(rule.getResources()).isNotEmpty().noneMatch(resource -> resource.contains("*"));
            assertThat(rule.getApiGroups()).doesNotContain("*");
            assertThat(rule.getResources()).doesNotContain("secrets", "pods/exec", "pods/log");
        });
    }

    @Test
    void onlyTheGatewaysRoleMayBeBound() {
        assertThat(rules().stream().filter(rule -> rule.getVerbs().contains("bind")))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getResourceNames()).containsExactly("kilter-gateway"));
    }

    @Test
    void theOperatorIsToldItsImages() {
        List<HasMetadata> rendered = Chart.render(chart -> chart.set("image.registry", "registry.test/kilter")
                .set("image.tag", "1.2.3")
                .set("mavenRepository", "http://maven.test"));

        assertThat(environment("kilter-operator", rendered))
                .containsEntry("KILTER_RUNTIME_IMAGE", "registry.test/kilter/kilter-serving-runtime:1.2.3")
                .containsEntry("KILTER_GATEWAY_IMAGE", "registry.test/kilter/kilter-gateway:1.2.3")
                .containsEntry("KILTER_MAVEN_REPOSITORY", "http://maven.test")
                .containsEntry("KILTER_NAMESPACES", "");
    }

    @Test
    void theExportersEndpointsMayBeSeenOnlyWhereTheyAreRead() {
        List<HasMetadata> rendered = Chart.render(
                chart -> chart.set("autoscaler.dcgm.enabled", "true").set("autoscaler.dcgm.namespace", "gpus"));

        assertThat(environment("kilter-autoscaler", rendered))
                .containsEntry("KILTER_DCGM_SERVICE", "gpus/nvidia-dcgm-exporter");
        assertThat(of(Role.class, rendered))
                .filteredOn(role -> role.getMetadata().getNamespace().equals("gpus"))
                .singleElement()
                .satisfies(role -> assertThat(role.getRules()).singleElement().satisfies(rule -> {
                    assertThat(rule.getResources()).containsExactly("endpointslices");
                    assertThat(rule.getVerbs()).containsExactly("list", "watch");
                }));
        assertThat(environment("kilter-autoscaler", rendered())).doesNotContainKey("KILTER_DCGM_SERVICE");
        assertThat(of(Role.class, rendered()))
                .noneMatch(role -> role.getMetadata().getName().endsWith("dcgm"));
    }

    @Test
    void namedNamespacesNarrowTheRights() {
        List<HasMetadata> rendered =
                Chart.render(chart -> chart.set("namespaces[0]", "a").set("namespaces[1]", "b"));

        assertThat(environment("kilter-operator", rendered)).containsEntry("KILTER_NAMESPACES", "a,b");
        assertThat(of(ClusterRoleBinding.class, rendered))
                .extracting(binding -> binding.getRoleRef().getName())
                .containsExactly("kilter-operator-cluster");
        assertThat(of(RoleBinding.class, rendered))
                .filteredOn(binding -> binding.getRoleRef().getKind().equals("ClusterRole"))
                .extracting(binding -> binding.getMetadata().getNamespace() + "/"
                        + binding.getRoleRef().getName())
                .containsExactlyInAnyOrder(
                        "a/kilter-operator", "b/kilter-operator", "a/kilter-autoscaler", "b/kilter-autoscaler");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            image.registri                  | x          | registri
            image.pullPolicy                | Sometimes  | at '/image/pullPolicy'
            namespaces[0]                   | Team_A     | at '/namespaces/0'
            mavenRepository                 | ftp://x    | at '/mavenRepository'
            operator.replicas               | 9          | at '/operator/replicas'
            autoscaler.replica              | 2          | replica
            autoscaler.resources.limit.cpu  | 1          | limit
            autoscaler.dcgm.enabled         | 1          | at '/autoscaler/dcgm/enabled'
            autoscaler.dcgm.service         | GPU_Stats  | at '/autoscaler/dcgm/service'
            autoscaler.dcgm.port            | 0          | at '/autoscaler/dcgm/port'
            autoscaler.dcgm.url             | x          | url
            operator.resources.limits.memory | lots      | at '/operator/resources/limits/memory'
            operator.tolerations[0].efect   | NoExecute  | efect
            gateway.replicas                | 0          | at '/gateway/replicas'
            gateway.image                   | x          | image
            monitoring.podMonitors.create   | yes        | at '/monitoring/podMonitors/create'
            monitoring.podMonitors.interval | often      | at '/monitoring/podMonitors/interval'
            monitoring.dashboards.enabled   | yes        | at '/monitoring/dashboards/enabled'
            monitoring.dashboards.folder    | x          | folder
            networkPolicies.enabled         | maybe      | at '/networkPolicies/enabled'
            networkPolicies.apiServerPorts[0] | 0        | at '/networkPolicies/apiServerPorts/0'
            networkPolicies.clients[0].from | x          | from
            crds.keep                       | false      | keep
            """)
    void aWrongOrUnknownValueIsRefusedByName(String name, String value, String told) {
        assertThatThrownBy(() -> Chart.render(chart -> chart.set(name, value)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(told);
    }

    @Test
    void theCrdsAreTheCommittedOnesAndAreKept() throws IOException {
        List<CustomResourceDefinition> rendered = of(CustomResourceDefinition.class, rendered());
        assertThat(rendered).hasSize(4).allSatisfy(crd -> {
            assertThat(crd.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep");
            Path committed = Path.of(crd.getMetadata().getName() + "-v1.yml");
            assertThat(crd.getSpec())
                    .isEqualTo(Serialization.unmarshal(Files.readString(committed), CustomResourceDefinition.class)
                            .getSpec());
        });
        assertThat(of(CustomResourceDefinition.class, Chart.render(chart -> chart.set("crds.enabled", false))))
                .isEmpty();
    }

    @Test
    void everyAlertLeadsToAnEntryOfTheRunbook() throws IOException {
        String runbook = Files.readString(Path.of("../docs/alerts.md"));
        JsonNode alerts = new YAMLMapper()
                .readTree(Chart.FOLDER.resolve("files/alerts.yaml").toFile());
        assertThat(alerts)
                .hasSizeGreaterThan(5)
                .allSatisfy(alert -> assertThat(runbook)
                        .contains("\n## " + alert.get("alert").asText() + "\n"));
    }

    private static List<HasMetadata> rendered() {
        return Chart.render(chart -> chart);
    }

    private static List<PolicyRule> rules() {
        List<HasMetadata> rendered = rendered();
        return Stream.concat(
                        of(ClusterRole.class, rendered).stream().flatMap(role -> role.getRules().stream()),
                        of(Role.class, rendered).stream().flatMap(role -> role.getRules().stream()))
                .toList();
    }

    private static <R extends HasMetadata> List<R> of(Class<R> kind, List<HasMetadata> rendered) {
        return rendered.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Map<String, String> environment(String deployment, List<HasMetadata> rendered) {
        return of(Deployment.class, rendered).stream()
                .filter(d -> d.getMetadata().getName().equals(deployment))
                .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream())
                .flatMap(container -> container.getEnv().stream())
                .filter(env -> env.getValueFrom() == null)
                .collect(java.util.stream.Collectors.toMap(
                        EnvVar::getName, env -> env.getValue() == null ? "" : env.getValue()));
    }
}
