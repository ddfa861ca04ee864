package dev.kilter.operator.build;

import dev.kilter.operator.build.Labels.Component;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The gateway of a namespace, and the Services that lead to it. The shared objects are owned by every
 * InferenceDeployment of the namespace, so they go with the last one.
 */
public final class GatewayObjects {

    /** The name of the gateway's Deployment, ServiceAccount, RoleBinding, and of the ClusterRole it is bound to. */
    public static final String NAME = "kilter-gateway";

    private static final int PORT = 8080;

    private GatewayObjects() {}

    /** All that the namespace's gateway needs, in the order to apply it. */
    public static List<HasMetadata> shared(String namespace, List<Owner> owners, RouteTable routes, Settings settings) {
        return List.of(
                new ServiceAccountBuilder()
                        .withMetadata(sharedMeta(NAME, namespace, owners))
                        .withAutomountServiceAccountToken(false)
                        .build(),
                new RoleBindingBuilder()
                        .withMetadata(sharedMeta(NAME, namespace, owners))
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", NAME)
                        .addNewSubject("", "ServiceAccount", NAME, namespace)
                        .build(),
                routes(namespace, owners, routes),
                disruptionBudget(namespace, owners),
                deployment(namespace, owners, settings));
    }

    /** One pod at a time may be evicted. */
    private static PodDisruptionBudget disruptionBudget(String namespace, List<Owner> owners) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(sharedMeta(NAME, namespace, owners))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(selector())
                .endSelector()
                .endSpec()
                .build();
    }

    private static ConfigMap routes(String namespace, List<Owner> owners, RouteTable routes) {
        return new ConfigMapBuilder()
                .withMetadata(sharedMeta(RouteTable.CONFIG_MAP, namespace, owners))
                .withData(Map.of(RouteTable.KEY, Json.write(routes)))
                .build();
    }

    private static Deployment deployment(String namespace, List<Owner> owners, Settings settings) {
        Map<String, String> labels = Labels.of(Component.GATEWAY, NAME);
        return new DeploymentBuilder()
                .withMetadata(sharedMeta(NAME, namespace, owners))
                .withNewSpec()
                .withReplicas(settings.gateway().replicas())
                .withNewSelector()
                .withMatchLabels(selector())
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(new IntOrString(1))
                .withMaxUnavailable(new IntOrString(0))
                .endRollingUpdate()
                .endStrategy()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(NAME)
                .withAutomountServiceAccountToken(true)
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.pod())
                .withTerminationGracePeriodSeconds(settings.terminationGrace().toSeconds())
                .withNodeSelector(settings.gateway().nodeSelector())
                .withTolerations(settings.gateway().tolerations())
                .withPriorityClassName(settings.gateway().priorityClassName())
                .withTopologySpreadConstraints(Spread.overNodes(selector()))
                .withNewAffinity()
                .withPodAntiAffinity(Spread.overZones(selector()))
                .endAffinity()
                .withContainers(container(settings))
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Container container(Settings settings) {
        return new ContainerBuilder()
                .withName("gateway")
                .withImage(settings.gatewayImage())
                .withImagePullPolicy(settings.imagePullPolicy().orElse(null))
                .addNewEnv()
                .withName("KILTER_DRAIN_SECONDS")
                .withValue(String.valueOf(settings.drain().toSeconds()))
                .endEnv()
                .addToEnv(new EnvVarBuilder()
                        .withName("KILTER_NAMESPACE")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.namespace")
                        .endValueFrom()
                        .build())
                .addNewEnv()
                .withName("KILTER_PORT")
                .withValue(String.valueOf(PORT))
                .endEnv()
                .addNewPort()
                .withName("http")
                .withContainerPort(PORT)
                .withProtocol("TCP")
                .endPort()
                .withStartupProbe(Probes.startup("/readyz"))
                .withReadinessProbe(Probes.readiness("/readyz"))
                .withLivenessProbe(Probes.liveness("/healthz"))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep(settings.preStop().toSeconds())
                .endPreStop()
                .endLifecycle()
                .withResources(settings.gateway().resources())
                .withSecurityContext(PodSecurity.container())
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .build();
    }

    /** Service {@code NAME} of an InferenceDeployment: port 80 leads to the namespace's gateway. */
    public static Service service(String name, String namespace, Owner owner) {
        Map<String, String> labels = Labels.of(Component.GATEWAY, name);
        labels.put(Labels.INFERENCE_DEPLOYMENT, name);
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .withOwnerReferences(owner.controller())
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(selector())
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
    }

    private static Map<String, String> selector() {
        return new TreeMap<>(
                Map.of(Labels.COMPONENT, Component.GATEWAY.label(), Labels.INSTANCE, NAME, Labels.PART_OF, "kilter"));
    }

    private static ObjectMeta sharedMeta(String name, String namespace, List<Owner> owners) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(Labels.of(Component.GATEWAY, NAME))
                .withOwnerReferences(owners.stream()
                        .sorted(Comparator.comparing(Owner::name))
                        .map(Owner::shared)
                        .toList())
                .build();
    }
}
