package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.LocalRef;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolSpec;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.build.Labels.Component;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.PoolNames;
import dev.kilter.planner.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The ServingPools themselves. None of them says {@code spec.replicas}: that field is whoever scales's; see
 * {@link #initialReplicas}.
 */
public final class PoolResources {

    private PoolResources() {}

    /**
     * A pool of the plan.
     *
     * @param existing the pool as it is; its operating point to start with stays, since a change would restart pods
     * @param target how it should stand
     */
    public static ServingPool serving(
            InferenceDeployment deployment,
            DesiredPool desired,
            Optional<ServingPool> existing,
            Rollout.Target target) {
        return resource(
                deployment,
                desired.name(),
                target.standing(),
                new ServingPoolSpec(
                        new LocalRef(deployment.getMetadata().getName()),
                        desired.revision(),
                        existing.map(pool -> PoolNames.withOperatingPoint(
                                        desired.configuration(),
                                        pool.getSpec().configuration().operatingPoint()))
                                .orElse(desired.configuration()),
                        desired.planned()
                                .capacityPerReplica()
                                .map(PlanTexts::decimal)
                                .orElse(null),
                        desired.costPerReplicaHour().map(Money::of).orElse(null),
                        deployment.getSpec().scaling(),
                        target.share(),
                        null));
    }

    /** A pool that the plan no longer means: as it is, but for how it stands. */
    public static ServingPool kept(InferenceDeployment deployment, ServingPool existing, Rollout.Target target) {
        ServingPoolSpec spec = existing.getSpec();
        return resource(
                deployment,
                existing.getMetadata().getName(),
                target.standing(),
                new ServingPoolSpec(
                        spec.inferenceDeploymentRef(),
                        spec.revision(),
                        spec.configuration(),
                        spec.capacityPerReplica(),
                        spec.costPerReplicaHour(),
                        spec.scaling(),
                        target.share(),
                        null));
    }

    /**
     * How many replicas a new pool starts with, and needs before it takes over: what its plan needs, within the limits.
     * An unmeasured plan does not know what a replica carries: it needs as many as carry the traffic now.
     *
     * @param running the pools of the InferenceDeployment
     */
    public static int initialReplicas(
            InferenceDeployment deployment, DesiredPool desired, List<Rollout.Running> running) {
        int planned = desired.planned().replicas();
        if (desired.standsIn()) {
            return Math.min(planned, deployment.getSpec().scaling().maxReplicas());
        }
        int carrying = running.stream()
                .filter(pool -> pool.share() > 0 && !pool.name().equals(desired.name()))
                .mapToInt(Rollout.Running::replicas)
                .sum();
        boolean guess = desired.planned().evidence() == Plan.Evidence.UNMEASURED;
        return Math.clamp(
                guess ? Math.max(planned, carrying) : planned,
                deployment.getSpec().scaling().minReplicas(),
                deployment.getSpec().scaling().maxReplicas());
    }

    /**
     * The ready replicas of each pool of a plan that a roll-out waits for; of one that another stands in for no more
     * than have found a node.
     */
    public static Map<String, Integer> needed(
            InferenceDeployment deployment,
            List<DesiredPool> planned,
            List<ServingPool> existing,
            List<Rollout.Running> running) {
        Map<String, Integer> needed = new LinkedHashMap<>();
        for (DesiredPool pool : planned) {
            int initial = initialReplicas(deployment, pool, running);
            int placed = existing.stream()
                    .filter(each -> each.getMetadata().getName().equals(pool.name()))
                    .mapToInt(PoolResources::placed)
                    .sum();
            needed.put(pool.name(), pool.equals(planned.getLast()) ? initial : Math.min(initial, placed));
        }
        return needed;
    }

    /** Replicas that have a node; while nobody has told, all. */
    static int placed(ServingPool pool) {
        int replicas = pool.getSpec().replicas() == null ? 1 : pool.getSpec().replicas();
        return pool.getStatus() == null || pool.getStatus().scheduledReplicas() == null
                ? replicas
                : Math.min(replicas, pool.getStatus().scheduledReplicas());
    }

    private static ServingPool resource(
            InferenceDeployment deployment, String name, Standing standing, ServingPoolSpec spec) {
        SortedMap<String, String> labels =
                Labels.of(Component.SERVING_RUNTIME, deployment.getMetadata().getName());
        labels.put(Labels.INFERENCE_DEPLOYMENT, deployment.getMetadata().getName());
        ServingPool pool = new ServingPool();
        pool.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(standing.annotations())
                .withOwnerReferences(Owner.of(deployment).controller())
                .build());
        pool.setSpec(spec);
        return pool;
    }
}
