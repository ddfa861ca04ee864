package dev.kilter.operator.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.Examples;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.junit.jupiter.api.Test;

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
                .containsExactly("ServiceAccount", "RoleBinding", "ConfigMap", "Deployment");
    }

    @Test
    void theServiceOfAnInferenceDeploymentSelectsTheGatewaysPods() {
        Service service = GatewayObjects.service("a", "default", FIRST);
        Deployment gateway = (Deployment) shared(List.of(FIRST)).getLast();
        assertThat(gateway.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(80);
    }

    private static List<HasMetadata> shared(List<Owner> owners) {
        return GatewayObjects.shared("default", owners, new RouteTable(List.of()), Examples.SETTINGS);
    }
}
