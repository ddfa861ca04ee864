package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.autoscaler.DemandPublisher;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the demand summary in a ConfigMap that goes with its InferenceDeployment. */
final class KubernetesDemand implements DemandPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesDemand.class);

    private final KubernetesClient client;
    private final ClusterCache cache;

    KubernetesDemand(KubernetesClient client, ClusterCache cache) {
        this.client = client;
        this.cache = cache;
    }

    @Override
    public boolean publish(DeploymentKey key, DemandSummary summary) {
        Optional<InferenceDeployment> owner = cache.deployment(key.namespace(), key.name());
        if (owner.isEmpty()) {
            return false;
        }
        try {
            client.resource(configMap(key, owner.get(), summary))
                    .fieldManager(KubernetesScales.FIELD_MANAGER)
                    .serverSideApply();
            return true;
        } catch (KubernetesClientException e) {
            LOG.warn("{}: the demand summary was not written: {}", key, e.getMessage());
            return false;
        }
    }

    private static ConfigMap configMap(DeploymentKey key, InferenceDeployment owner, DemandSummary summary) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name() + DemandSummary.CONFIG_MAP_SUFFIX)
                .addToLabels("app.kubernetes.io/name", "kilter")
                .addToLabels("app.kubernetes.io/instance", key.name())
                .addToLabels(ClusterCache.COMPONENT, "autoscaler")
                .addToLabels("app.kubernetes.io/part-of", "kilter")
                .addToLabels("app.kubernetes.io/managed-by", KubernetesScales.FIELD_MANAGER)
                .addToLabels(ApiGroup.INFERENCE_DEPLOYMENT_LABEL, key.name())
                .addNewOwnerReference()
                .withApiVersion(ApiGroup.NAME + "/" + ApiGroup.VERSION)
                .withKind("InferenceDeployment")
                .withName(key.name())
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .addToData(DemandSummary.KEY, Json.write(summary))
                .build();
    }
}
