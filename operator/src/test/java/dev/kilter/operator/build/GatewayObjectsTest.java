package dev.kilter.operator.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.operator.Examples;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayObjectsTest {

    private static final Owner FIRST = new Owner("serving.kilter.dev/v1alpha1", "InferenceDeployment", "a", "1");
    private static final Owner SECOND = new Owner("serving.kilter.dev/v1alpha1", "InferenceDeployment", "b", "2");

    @Test
    void sharedObjectsAreOwnedByAllInAnyOrder() {
        List<HasMetadata> one = shared(List.of(FIRST, SECOND));
        assertThat(one).isEqualTo(shared(List.of(SECOND, FIRST)));
        assertThat(one)
                .allSatisfy(object -> assertThat(object.getMetadata().getOwnerReferences())
                        .extracting(owner -> owner.getUid())
                        .containsExactly("1", "2"));
        assertThat(one)
                .extracting(HasMetadata::getKind)
                .containsExactly("ServiceAccount", "RoleBinding", "ConfigMap", "PodDisruptionBudget", "Deployment");
    }

    @Test
    void theServiceOfAnInferenceDeploymentSelectsTheGatewaysPods() {
        Service service = GatewayObjects.service("a", "default", FIRST);
        Deployment gateway = (Deployment) shared(List.of(FIRST)).getLast();
        assertThat(gateway.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(80);
    }

    @Test
    void thePodsAreAsTheInstallationWantsThem() {
        Settings base = Examples.SETTINGS;
        GatewayPods pods = GatewayPods.parse("KILTER_GATEWAY", """
                {"replicas": 3, "resources": {"requests": {"cpu": 2, "memory": "1Gi"}},
                 "nodeSelector": {"pool": "system"}, "tolerations": [{"key": "system", "operator": "Exists"}],
                 "priorityClassName": "high"}""");
        Settings settings = new Settings(
                base.runtimeImage(),
                base.gatewayImage(),
                base.imagePullPolicy(),
                base.mavenRepository(),
                pods,
                base.preStop(),
                base.drain(),
                base.finish(),
                base.profileBudget());
        Deployment gateway = (Deployment) shared(List.of(FIRST), settings).getLast();
        PodSpec pod = gateway.getSpec().getTemplate().getSpec();
        assertThat(gateway.getSpec().getReplicas()).isEqualTo(3);
        assertThat(pod.getContainers().getFirst().getResources().getRequests())
                .containsEntry("cpu", new Quantity("2"))
                .containsEntry("memory", new Quantity("1Gi"));
        assertThat(pod.getNodeSelector()).containsEntry("pool", "system");
        assertThat(pod.getTolerations()).extracting(Toleration::getKey).containsExactly("system");
        assertThat(pod.getPriorityClassName()).isEqualTo("high");
        assertThat(pod.getTopologySpreadConstraints())
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactly("kubernetes.io/hostname");
        assertThat(pod.getAffinity().getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution())
                .extracting(term -> term.getPodAffinityTerm().getTopologyKey())
                .containsExactly("topology.kubernetes.io/zone");
    }

    @Test
    void whatIsNotSaidOfThePodsIsAsBefore() {
        GatewayPods said = GatewayPods.parse("KILTER_GATEWAY", "{\"replicas\": 1, \"priorityClassName\": \"\"}");
        assertThat(said).isEqualTo(GatewayPods.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"replicas": 0}           | replicas: 0 (expected: 1..100)
            {"replicas": 2, "node":1} | "node"
            2                         | KILTER_GATEWAY: 2 (expected: the chart's value gateway as JSON)
            """)
    void whatCannotBeUnderstoodIsRefused(String json, String told) {
        assertThatThrownBy(() -> GatewayPods.parse("KILTER_GATEWAY", json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("KILTER_GATEWAY: " + json)
                .hasMessageContaining(told);
    }

    private static List<HasMetadata> shared(List<Owner> owners) {
        return shared(owners, Examples.SETTINGS);
    }

    private static List<HasMetadata> shared(List<Owner> owners, Settings settings) {
        return GatewayObjects.shared("default", owners, new RouteTable(List.of()), settings);
    }
}
