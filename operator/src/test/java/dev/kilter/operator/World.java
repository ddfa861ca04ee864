package dev.kilter.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.status.Conditions;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatusBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One namespace of the API server as a test sees it, and the kubelet that the test plays. */
final class World {

    private final KubernetesClient client;
    final String namespace;

    World(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Applies as a user does. */
    void apply(String yaml) {
        client.resource(yaml).inNamespace(namespace).fieldManager("kubectl").serverSideApply();
    }

    InferenceDeployment deployment(String name) {
        return client.resources(InferenceDeployment.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    Optional<Condition> condition(String name, String type) {
        return Optional.ofNullable(deployment(name).getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), type));
    }

    String status(String name, String type) {
        return condition(name, type).map(Condition::status).orElse("none");
    }

    List<ServingPool> pools() {
        return client.resources(ServingPool.class).inNamespace(namespace).list().getItems().stream()
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(pool -> pool.getMetadata().getCreationTimestamp()))
                .toList();
    }

    Deployment workload(String name) {
        return client.apps().deployments().inNamespace(namespace).withName(name).get();
    }

    RouteTable routes() {
        var configMap = client.configMaps()
                .inNamespace(namespace)
                .withName(RouteTable.CONFIG_MAP)
                .get();
        return configMap == null
                ? new RouteTable(List.of())
                : Json.read(configMap.getData().get(RouteTable.KEY), RouteTable.class);
    }

    /** Names of the models that the gateway routes. */
    List<String> routed() {
        return routes().models().stream().map(RouteTable.Model::name).toList();
    }

    /** A quota that allows none of a resource, such as {@code services}; deleting it allows all. */
    ResourceQuota allowsNo(String resource) {
        return usedUp("none", resource, "0");
    }

    /** Whether the API server would not make an object. */
    boolean refuses(String yaml) {
        try {
            client.resource(yaml).inNamespace(namespace).dryRun().create();
            return false;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return true;
            }
            throw e;
        }
    }

    /** A quota of which all is used, as its controller would tell; deleting it allows all. */
    ResourceQuota usedUp(String name, String resource, String hard) {
        Map<String, Quantity> all = Map.of(resource, new Quantity(hard));
        ResourceQuota quota = client.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(all)
                        .endSpec()
                        .build())
                .create();
        // Nobody but the test plays the controller of quotas.
        quota.setStatus(
                new ResourceQuotaStatusBuilder().withHard(all).withUsed(all).build());
        return client.resource(quota).updateStatus();
    }

    /** What the controller of ReplicaSets does: a pod, or what the API server says against it. */
    Optional<String> refusalOfAPod(String workload) {
        eventually(() -> workload(workload) != null);
        PodTemplateSpec template = workload(workload).getSpec().getTemplate();
        try {
            client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withGenerateName(workload + "-")
                            .withNamespace(namespace)
                            .withLabels(template.getMetadata().getLabels())
                            .endMetadata()
                            .withSpec(template.getSpec())
                            .build())
                    .create();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            String said = e.getStatus().getMessage();
            eventually(() -> taken(() -> client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(workload)
                    .editStatus(found -> new DeploymentBuilder(found)
                            .editOrNewStatus()
                            .addNewCondition()
                            .withType("ReplicaFailure")
                            .withStatus("True")
                            .withReason("FailedCreate")
                            .withMessage(said)
                            .endCondition()
                            .endStatus()
                            .build())));
            return Optional.of(said);
        }
    }

    /** What the kubelet and the controller of Deployments would tell when all pods are ready. */
    void becomesReady(String workload) {
        eventually(() -> workload(workload) != null);
        eventually(() ->
                tell(client, namespace, workload, workload(workload).getSpec().getReplicas()));
    }

    /** Scales a pool, as whoever scales does. */
    void scale(String pool, int replicas) {
        eventually(() -> taken(() -> client.resources(ServingPool.class)
                .inNamespace(namespace)
                .withName(pool)
                .scale(replicas)));
    }

    /**
     * All pods of a Deployment exist, and this many of them are ready.
     *
     * @return false: the operator wrote the same object in between; then again
     */
    static boolean tell(KubernetesClient client, String namespace, String workload, int ready) {
        return taken(() -> client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(workload)
                .editStatus(found -> new DeploymentBuilder(found)
                        .withNewStatus()
                        .withObservedGeneration(found.getMetadata().getGeneration())
                        .withReplicas(found.getSpec().getReplicas())
                        .withReadyReplicas(ready)
                        .withAvailableReplicas(ready)
                        .withUpdatedReplicas(found.getSpec().getReplicas())
                        .endStatus()
                        .build()));
    }

    /**
     * Writes what the operator may write too.
     *
     * @return false: it did so in between; then again
     */
    static boolean taken(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /** The gateway's pod and those of all pools become ready. */
    void everythingBecomesReady() {
        eventually(() -> !pools().isEmpty());
        becomesReady(GatewayObjects.NAME);
        pools().forEach(pool -> becomesReady(pool.getMetadata().getName()));
    }

    /** Changes the schema of a kind on the server, and waits until the server says that it is another. */
    void changeSchema(Class<? extends HasMetadata> kind, Consumer<JSONSchemaProps> how) {
        // A server that has just started, or another kind's change, may not be told of yet.
        eventually(() -> !published(kind).isMissingNode());
        JsonNode before = published(kind);
        eventually(() -> taken(() -> client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(HasMetadata.getFullResourceName(kind))
                .edit(crd -> {
                    how.accept(
                            crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
                    return crd;
                })));
        eventually(() -> !published(kind).equals(before));
    }

    private JsonNode published(Class<? extends HasMetadata> kind) {
        String all = client.raw("/openapi/v3/apis/" + HasMetadata.getApiVersion(kind));
        return all == null
                ? MissingNode.getInstance()
                : Json.read(all, JsonNode.class)
                        .at("/components/schemas")
                        .valueStream()
                        .filter(schema -> schema.at("/x-kubernetes-group-version-kind/0/kind")
                                .asText()
                                .equals(HasMetadata.getKind(kind)))
                        .findFirst()
                        .orElse(MissingNode.getInstance());
    }

    void eventually(BooleanSupplier holds) {
        Await.until("what is to come in " + namespace, holds);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
