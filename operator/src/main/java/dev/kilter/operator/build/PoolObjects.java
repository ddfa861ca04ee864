package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.Labels.Component;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What runs a {@link ServingPool}: a Deployment, a headless Service, a PodDisruptionBudget for more than one pod and
 * the digests that later pods are held to, all of its name.
 */
public final class PoolObjects {

    /** The key of the ConfigMap with the digests. */
    private static final String DIGESTS = "digests.json";

    private final ServingPool pool;
    private final String name;
    private final String model;
    private final Settings settings;

    public PoolObjects(ServingPool pool, Settings settings) {
        this.pool = pool;
        this.name = pool.getMetadata().getName();
        this.model = pool.getSpec().inferenceDeploymentRef().name();
        this.settings = settings;
    }

    /** The pods; as many as {@code spec.replicas} of the pool says, always. */
    public Deployment deployment() {
        RuntimePod pod = new RuntimePod(model, pool.getSpec().configuration(), settings);
        return new DeploymentBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withReplicas(replicas())
                .withRevisionHistoryLimit(1)
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
                .withLabels(pod.labels(labels()))
                .withAnnotations(
                        new TreeMap<>(pool.getSpec().configuration().pod().annotations()))
                .endMetadata()
                .withSpec(podSpec(pod))
                .endTemplate()
                .endSpec()
                .build();
    }

    private int replicas() {
        Integer replicas = pool.getSpec().replicas();
        return replicas == null ? 1 : replicas;
    }

    private PodSpec podSpec(RuntimePod pod) {
        ContainerBuilder server = pod.container(Map.of(
                        "KILTER_DRAIN_SECONDS", String.valueOf(settings.drain().toSeconds())))
                .withArgs("serve")
                .addNewPort()
                .withName("http")
                .withContainerPort(RuntimeConfig.DEFAULT_PORT)
                .withProtocol("TCP")
                .endPort()
                .withStartupProbe(Probes.startup("/v2/health/ready"))
                .withReadinessProbe(Probes.readiness("/v2/health/ready"))
                .withLivenessProbe(Probes.liveness("/v2/health/live"))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep(settings.preStop().toSeconds())
                .endPreStop()
                .endLifecycle();
        if (!unpinned().isEmpty()) {
            // By reference: the template stays as it is when they become known, and no pod restarts for them.
            server.addNewEnv()
                    .withName(RuntimeConfig.DIGESTS_ENVIRONMENT)
                    .withNewValueFrom()
                    .withNewConfigMapKeyRef(DIGESTS, name, true)
                    .endValueFrom()
                    .endEnv();
        }
        return RuntimePod.with(
                pod.spec()
                        .withTopologySpreadConstraints(Spread.overNodes(selector()))
                        .editOrNewAffinity()
                        .withPodAntiAffinity(Spread.overZones(selector()))
                        .endAffinity()
                        .withTerminationGracePeriodSeconds(
                                settings.terminationGrace().toSeconds()),
                server);
    }

    /** What the first pod loaded, for later ones; empty: nothing is known yet, or the specification tells all. */
    public Optional<ConfigMap> digests() {
        SortedMap<String, String> pinned = new TreeMap<>();
        List<ServingPoolStatus.VariantDigest> known =
                pool.getStatus() == null ? List.of() : pool.getStatus().modelDigests();
        known.stream()
                .filter(each -> unpinned().contains(each.variant()))
                .forEach(each -> pinned.put(each.variant(), each.digest()));
        return pinned.isEmpty()
                ? Optional.empty()
                : Optional.of(new ConfigMapBuilder()
                        .withMetadata(metadata())
                        .withData(Map.of(DIGESTS, Json.write(pinned)))
                        .build());
    }

    /** The variants that the specification gives no digest. */
    private List<String> unpinned() {
        return pool.getSpec().configuration().variants().stream()
                .filter(variant -> variant.digest() == null)
                .map(Variant::name)
                .toList();
    }

    /** Headless: gateways balance over its endpoints themselves. */
    public Service service() {
        return new ServiceBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withSelector(selector())
                .addNewPort()
                .withName("http")
                .withPort(RuntimeConfig.DEFAULT_PORT)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
    }

    /**
     * One pod at a time may be evicted; empty: there is one only, and a budget would keep nobody from evicting it, but
     * from draining its node while it is not ready.
     */
    public Optional<PodDisruptionBudget> disruptionBudget() {
        return replicas() > 1 ? Optional.of(budget()) : Optional.empty();
    }

    private PodDisruptionBudget budget() {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(selector())
                .endSelector()
                .endSpec()
                .build();
    }

    /** The pods' selector as text, for the scale subresource. */
    public String selectorText() {
        return selector().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    /** Whether an object is one of a pool's. */
    public static boolean isPoolObject(HasMetadata object) {
        return object.getMetadata().getLabels().containsKey(Labels.POOL);
    }

    private SortedMap<String, String> selector() {
        return new TreeMap<>(Map.of(Labels.COMPONENT, Component.SERVING_RUNTIME.label(), Labels.POOL, name));
    }

    private SortedMap<String, String> labels() {
        SortedMap<String, String> labels = Labels.of(Component.SERVING_RUNTIME, name);
        labels.put(Labels.INFERENCE_DEPLOYMENT, model);
        labels.put(Labels.POOL, name);
        return labels;
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(pool.getMetadata().getNamespace())
                .withLabels(labels())
                .withOwnerReferences(Owner.of(pool).controller())
                .build();
    }
}
