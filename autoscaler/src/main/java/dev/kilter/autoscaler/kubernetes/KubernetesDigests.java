package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.DigestWriter;
import dev.kilter.autoscaler.ScalingTarget;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pins digests in {@code status.modelDigests} of a ServingPool: the one field of it that is ours. */
final class KubernetesDigests implements DigestWriter {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesDigests.class);

    /** A value that somebody else pinned meanwhile is left as it is. */
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(KubernetesScales.FIELD_MANAGER)
            .withForce(false)
            .build();

    private final KubernetesClient client;

    KubernetesDigests(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void pin(DeploymentKey deployment, ScalingTarget.Pool pool, SortedMap<String, String> digests) {
        // What an apply leaves out it gives up: what was pinned before is said again.
        SortedMap<String, String> all = new TreeMap<>(pool.modelDigests());
        all.putAll(digests);
        List<ServingPoolStatus.VariantDigest> pinned = all.entrySet().stream()
                .map(each -> new ServingPoolStatus.VariantDigest(each.getKey(), each.getValue()))
                .toList();
        ServingPool status = new ServingPool();
        status.setMetadata(new ObjectMetaBuilder()
                .withNamespace(deployment.namespace())
                .withName(pool.name())
                .build());
        status.setStatus(new ServingPoolStatus(null, null, null, null, null, pinned, null));
        try {
            client.resource(status).subresource("status").patch(APPLY);
            LOG.info("{}: {} is pinned to {}", deployment, pool.name(), digests);
        } catch (KubernetesClientException e) {
            LOG.warn("{}: digests of {} were not pinned: {}", deployment, pool.name(), e.getMessage());
        }
    }
}
