package dev.kilter.cli.explain.cluster;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.cli.UserError;
import dev.kilter.cli.explain.Facts;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Looks at one InferenceDeployment and at what belongs to it. What it may not see, it says. */
public final class ClusterFacts {

    /** Of so many pods that are not ready the events are looked for. */
    private static final int MOST_PODS = 5;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final List<String> unseen = new ArrayList<>();

    private ClusterFacts(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * The facts.
     *
     * @throws UserError if there is no such InferenceDeployment, no such kind, no right to see it, or no cluster
     */
    public static Facts of(KubernetesClient client, String namespace, String name, Instant now) {
        return new ClusterFacts(client, namespace, name).collect(now);
    }

    private Facts collect(Instant now) {
        InferenceDeployment deployment = deployment();
        Optional<InferenceDeploymentStatus> status = Optional.ofNullable(deployment.getStatus());
        List<ServingPool> pools = look("ServingPools", List.of(), this::servingPools);
        List<Facts.Pod> pods = look("pods", List.<Pod>of(), this::servingPods).stream()
                .map(PodState::of)
                .toList();
        return new Facts(
                name,
                "namespace " + namespace,
                now.toEpochMilli(),
                new Facts.Objective(
                        deployment.getSpec().slo().latency().p99(),
                        deployment.getSpec().slo().maxErrorRate(),
                        deployment.getSpec().scaling().minReplicas(),
                        deployment.getSpec().scaling().maxReplicas(),
                        isPaused(deployment.getMetadata().getAnnotations())),
                status.map(InferenceDeploymentStatus::plan),
                status.map(InferenceDeploymentStatus::conditions).orElse(List.of()),
                status.map(InferenceDeploymentStatus::history).orElse(List.of()),
                look("the autoscaler's report", Optional.empty(), this::demand),
                pools.stream().map(ClusterFacts::pool).toList(),
                pods,
                look("events", List.of(), () -> events(pools, pods)),
                unseen);
    }

    private InferenceDeployment deployment() {
        try {
            InferenceDeployment found = client.resources(InferenceDeployment.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            if (found == null) {
                throw new UserError(missing());
            }
            return found;
        } catch (KubernetesClientException e) {
            throw new UserError(refused(e), e);
        }
    }

    /** Whether the name or the kind is unknown; the API server answers 404 to both. */
    private String missing() {
        List<String> there;
        try {
            there = client.resources(InferenceDeployment.class).inNamespace(namespace).list().getItems().stream()
                    .map(each -> each.getMetadata().getName())
                    .sorted()
                    .toList();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return "the cluster " + client.getMasterUrl() + " has no InferenceDeployments: Kilter is not installed"
                        + " (expected: its CRDs; kubectl apply --server-side -f crds/)";
            }
            return name + ": not in namespace " + namespace + " (expected: the name of an InferenceDeployment)";
        }
        return name + ": no InferenceDeployment of that name in namespace " + namespace + " (expected: "
                + (there.isEmpty() ? "another namespace, by -n; this one has none" : String.join(", ", there)) + ")";
    }

    private String refused(KubernetesClientException e) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_FORBIDDEN ->
                "no right to see InferenceDeployments in namespace " + namespace + ": "
                        + e.getStatus().getMessage() + " (expected: get and list on inferencedeployments."
                        + ApiGroup.NAME + ")";
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                "the cluster " + client.getMasterUrl() + " does not know who asks (expected: valid credentials in"
                        + " KUBECONFIG)";
            default ->
                "the cluster " + client.getMasterUrl() + " does not answer: " + Reasons.of(e)
                        + " (expected: an API server; see KUBECONFIG, and try kubectl version)";
        };
    }

    /** One part; what may not be seen is left out, and told. */
    private <T> T look(String what, T without, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (KubernetesClientException e) {
            boolean forbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
            unseen.add(what + (forbidden ? ": no right to see them" : ": " + Reasons.of(e)));
            return without;
        } catch (IllegalArgumentException e) { // a report that is none
            unseen.add(what + ": " + e.getMessage());
            return without;
        }
    }

    private List<ServingPool> servingPools() {
        return client.resources(ServingPool.class).inNamespace(namespace).list().getItems().stream()
                .filter(pool -> pool.getSpec().inferenceDeploymentRef().name().equals(name))
                .toList();
    }

    private List<Pod> servingPods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(ApiGroup.INFERENCE_DEPLOYMENT_LABEL, name)
                .withLabel(ApiGroup.POOL_LABEL)
                .list()
                .getItems();
    }

    private Optional<DemandSummary> demand() {
        ConfigMap report = client.configMaps()
                .inNamespace(namespace)
                .withName(name + DemandSummary.CONFIG_MAP_SUFFIX)
                .get();
        return Optional.ofNullable(report)
                .map(ConfigMap::getData)
                .map(data -> data.get(DemandSummary.KEY))
                .map(text -> Json.read(text, DemandSummary.class));
    }

    private List<Facts.Told> events(List<ServingPool> pools, List<Facts.Pod> pods) {
        Stream<String> names = Stream.concat(
                Stream.of(name),
                Stream.concat(
                        pools.stream().map(pool -> pool.getMetadata().getName()),
                        pods.stream()
                                .filter(pod -> pod.state().isPresent())
                                .map(Facts.Pod::name)
                                .limit(MOST_PODS)));
        return names.flatMap(this::eventsOf)
                .sorted(Comparator.comparingLong(Facts.Told::atMillis).reversed())
                .toList();
    }

    private Stream<Facts.Told> eventsOf(String about) {
        return client
                .v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.name", about)
                .list()
                .getItems()
                .stream()
                .map(ClusterFacts::told);
    }

    private static Facts.Told told(Event event) {
        String at = Stream.of(
                        event.getSeries() == null || event.getSeries().getLastObservedTime() == null
                                ? null
                                : event.getSeries().getLastObservedTime().getTime(),
                        event.getLastTimestamp(),
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime(),
                        event.getMetadata().getCreationTimestamp())
                .filter(time -> time != null)
                .findFirst()
                .orElseThrow();
        return new Facts.Told(
                Instant.parse(at).toEpochMilli(),
                "Warning".equals(event.getType()),
                event.getInvolvedObject().getKind() + " "
                        + event.getInvolvedObject().getName(),
                event.getReason(),
                String.valueOf(event.getMessage()).strip(),
                event.getCount() == null ? 1 : event.getCount());
    }

    private static Facts.Pool pool(ServingPool pool) {
        var spec = pool.getSpec();
        Optional<dev.kilter.api.v1alpha1.ServingPoolStatus> status = Optional.ofNullable(pool.getStatus());
        List<Condition> conditions = status.map(each -> each.conditions()).orElse(List.of());
        return new Facts.Pool(
                pool.getMetadata().getName(),
                spec.configuration().acceleratorClass(),
                spec.share(),
                spec.configuration().operatingPoint().variant(),
                spec.configuration().operatingPoint().maxBatchSize(),
                spec.replicas() == null ? 1 : spec.replicas(),
                status.map(each -> each.readyReplicas()).orElse(0),
                isPaused(pool.getMetadata().getAnnotations()),
                conditions);
    }

    private static boolean isPaused(Map<String, String> annotations) {
        return annotations != null && "true".equals(annotations.get(ApiGroup.PAUSED_ANNOTATION));
    }
}
