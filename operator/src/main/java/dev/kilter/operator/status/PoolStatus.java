package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.status.Conditions.Status;
import dev.kilter.operator.status.Findings.Blocked;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a pool's status says. */
public final class PoolStatus {

    private PoolStatus() {}

    /**
     * The status.
     *
     * @param deployment of the pool, as last seen
     * @param selector of its pods, as text
     * @param blocked what stands in the way
     */
    public static ServingPoolStatus of(
            ServingPool pool,
            Optional<Deployment> deployment,
            String selector,
            Optional<Blocked> blocked,
            Instant now) {
        int wanted = pool.getSpec().replicas() == null ? 1 : pool.getSpec().replicas();
        Optional<DeploymentStatus> runs = deployment.map(Deployment::getStatus);
        int exist = runs.map(DeploymentStatus::getReplicas).orElse(0);
        int ready = runs.map(DeploymentStatus::getReadyReplicas).orElse(0);
        List<Condition> before =
                pool.getStatus() == null ? List.of() : pool.getStatus().conditions();
        long generation =
                Optional.ofNullable(pool.getMetadata().getGeneration()).orElse(0L);
        Conditions conditions = new Conditions(before, generation, now);
        String count = ready + " of " + wanted + " pods ready";
        if (blocked.isPresent()) {
            conditions.set(
                    "Ready", Status.FALSE, blocked.get().reason(), blocked.get().message());
            conditions.set("Reconciling", Status.FALSE, blocked.get().reason(), "");
            conditions.set(
                    "Stalled",
                    Status.TRUE,
                    blocked.get().reason(),
                    blocked.get().message());
        } else {
            boolean settled = ready >= wanted && exist == wanted;
            conditions.set("Ready", Status.of(ready > 0 || wanted == 0), ready > 0 ? "Serving" : "PodsNotReady", count);
            conditions.set("Reconciling", Status.of(!settled), settled ? "Done" : "Scaling", count);
            conditions.set("Stalled", Status.FALSE, "Fine", "nothing stands in the way");
        }
        return new ServingPoolStatus(generation, exist, ready, selector, digests(pool), conditions.list());
    }

    /** What the specification pins; a file without a digest is not pinned yet. */
    private static List<ServingPoolStatus.VariantDigest> digests(ServingPool pool) {
        return pool.getSpec().configuration().variants().stream()
                .filter(variant -> variant.digest() != null)
                .map(variant -> new ServingPoolStatus.VariantDigest(variant.name(), variant.digest()))
                .toList();
    }
}
