package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.autoscaler.PoolReader;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.autoscaler.resources.ScalingTargets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to scale, from the cache. One that cannot be read is told and left as it is. */
final class KubernetesPools implements PoolReader {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesPools.class);

    private final ClusterCache cache;

    KubernetesPools(ClusterCache cache) {
        this.cache = cache;
    }

    @Override
    public List<ScalingTarget> read() {
        return cache.deployments().stream()
                .filter(deployment -> deployment.getMetadata().getDeletionTimestamp() == null)
                .flatMap(deployment -> target(deployment).stream())
                .filter(target -> !target.pools().isEmpty())
                .sorted(Comparator.comparing(ScalingTarget::key))
                .toList();
    }

    private Optional<ScalingTarget> target(InferenceDeployment deployment) {
        String namespace = deployment.getMetadata().getNamespace();
        String name = deployment.getMetadata().getName();
        try {
            return Optional.of(ScalingTargets.of(deployment, cache.pools(namespace, name)));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}/{} cannot be scaled: {}", namespace, name, e.getMessage());
            return Optional.empty();
        }
    }
}
