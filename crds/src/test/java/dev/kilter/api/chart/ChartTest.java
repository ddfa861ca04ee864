package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

    @Test
    void aMisspeltValueIsRefused() {
        assertThatThrownBy(() -> Chart.render(chart -> chart.set("image.registri", "x")))
                .hasMessageContaining("registri");
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
