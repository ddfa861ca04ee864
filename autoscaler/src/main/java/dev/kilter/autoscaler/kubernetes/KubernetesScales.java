package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * Writes {@code spec.replicas} through the scale subresource, only over what was read. A pool that changed meanwhile in
 * anything but its count is written over after a second look; its status changes all the time.
 */
final class KubernetesScales implements ScaleWriter {

    static final String FIELD_MANAGER = "kilter-autoscaler";
    private static final int CONFLICT = 409;

    private final KubernetesClient client;

    KubernetesScales(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Outcome scale(DeploymentKey deployment, ScalingTarget.Pool pool, int replicas) {
        String path = "/apis/%s/%s/namespaces/%s/servingpools/%s/scale"
                .formatted(ApiGroup.NAME, ApiGroup.VERSION, deployment.namespace(), pool.name());
        try {
            Scale scale = read(path);
            if (scale == null) {
                return new Outcome.Conflict("the pool is gone");
            }
            int present =
                    scale.getSpec().getReplicas() == null ? 1 : scale.getSpec().getReplicas();
            if (present != pool.replicas()) {
                return new Outcome.Conflict("somebody else has set " + present + " replicas");
            }
            scale.getSpec().setReplicas(replicas);
            client.raw(path + "?fieldManager=" + FIELD_MANAGER, "PUT", Serialization.asJson(scale));
            return new Outcome.Written();
        } catch (KubernetesClientException e) {
            return e.getCode() == CONFLICT
                    ? new Outcome.Conflict("the pool has changed")
                    : new Outcome.Failed(e.getMessage());
        }
    }

    private Scale read(String path) {
        String json = client.raw(path);
        return json == null ? null : Serialization.unmarshal(json, Scale.class);
    }
}
