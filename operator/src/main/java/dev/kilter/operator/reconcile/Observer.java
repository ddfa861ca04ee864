package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.observe.NodeMatch;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.observe.ProfileRuns;
import dev.kilter.operator.validate.Subject.Reference;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what a reconcile of an InferenceDeployment rests on. */
final class Observer {

    private static final Logger log = LoggerFactory.getLogger(Observer.class);

    private final DeploymentSources sources;
    private final KubernetesClient client;

    Observer(DeploymentSources sources, KubernetesClient client) {
        this.sources = sources;
        this.client = client;
    }

    Observation observe(InferenceDeployment deployment, Instant now) {
        String namespace = deployment.getMetadata().getNamespace();
        String name = deployment.getMetadata().getName();
        List<ServingPool> pools = sources.pools.in(namespace);
        List<AcceleratorClass> classes = sources.classes.all();
        List<Pod> profilePods = sources.profilePods.in(namespace);
        return new Observation(
                now,
                deployment,
                own(deployment, pools),
                pools.stream().filter(pool -> !isOf(name, pool)).toList(),
                classes,
                NodeMatch.withoutNodes(classes, sources.nodes.all()),
                sources.profiles.in(namespace),
                demand(namespace, name),
                sources.jobs.in(namespace).stream()
                        .filter(job -> isOwnedBy(deployment, job) || DeploymentSources.asksFor(deployment, job))
                        .map(job -> ProfileRuns.of(job, profilePods, now))
                        .toList(),
                isGatewayReady(namespace),
                serviceAccount(deployment));
    }

    /** Its pools, and those of its plan that were made so recently that only our own writes tell of them. */
    private List<ServingPool> own(InferenceDeployment deployment, List<ServingPool> listed) {
        Plan plan =
                deployment.getStatus() == null ? null : deployment.getStatus().plan();
        Stream<ServingPool> planned = plan == null
                ? Stream.of()
                : plan.pools().stream()
                        .filter(pool -> listed.stream()
                                .noneMatch(each -> each.getMetadata().getName().equals(pool.name())))
                        .flatMap(pool ->
                                sources.pools.get(deployment.getMetadata().getNamespace(), pool.name()).stream());
        return Stream.concat(listed.stream(), planned)
                .filter(pool -> isOwnedBy(deployment, pool))
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private Optional<DemandSummary> demand(String namespace, String name) {
        return sources.configMaps
                .get(namespace, name + DemandSummary.CONFIG_MAP_SUFFIX)
                .map(configMap -> configMap.getData().get(DemandSummary.KEY))
                .flatMap(text -> {
                    try {
                        return Optional.of(Json.read(text, DemandSummary.class));
                    } catch (IllegalArgumentException e) {
                        log.warn("demand of {}/{} is not readable: {}", namespace, name, e.getMessage());
                        return Optional.empty();
                    }
                });
    }

    private boolean isGatewayReady(String namespace) {
        return sources.gateways
                .get(namespace, GatewayObjects.NAME)
                .map(gateway -> gateway.getStatus() != null
                        && gateway.getStatus().getReadyReplicas() != null
                        && gateway.getStatus().getReadyReplicas() > 0)
                .orElse(false);
    }

    /** It may be installed with rights for some namespaces alone; then the pods tell what is missing. */
    private Reference serviceAccount(InferenceDeployment deployment) {
        String name = deployment.getSpec().serviceAccountName();
        if (name == null) {
            return Reference.FINE;
        }
        try {
            ServiceAccount found = client.serviceAccounts()
                    .inNamespace(deployment.getMetadata().getNamespace())
                    .withName(name)
                    .get();
            return found == null ? Reference.MISSING : Reference.FINE;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return Reference.UNKNOWN;
            }
            throw e;
        }
    }

    private static boolean isOf(String name, ServingPool pool) {
        return pool.getSpec().inferenceDeploymentRef().name().equals(name);
    }

    private static boolean isOwnedBy(InferenceDeployment deployment, HasMetadata resource) {
        return resource.getMetadata().getOwnerReferences().stream()
                .anyMatch(
                        owner -> owner.getUid().equals(deployment.getMetadata().getUid()));
    }
}
