package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.apply.Applied;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.Standing;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.status.PoolStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the cluster what was decided: the Service, the pools, and the routes to them. */
final class Realizer {

    private final DeploymentSources sources;
    private final Applier applier;
    private final Gateways gateways;

    Realizer(DeploymentSources sources, Applier applier, Gateways gateways) {
        this.sources = sources;
        this.applier = applier;
        this.gateways = gateways;
    }

    /**
     * Applies.
     *
     * @return what stands in the way, here or in a pool of the plan; empty: nothing
     */
    Optional<Blocked> realize(Observation seen, List<DesiredPool> desired, Rollout rollout) {
        Owner owner = Owner.of(seen.deployment());
        Optional<Blocked> blocked =
                blocked(applier.apply(GatewayObjects.service(seen.name(), seen.namespace(), owner), sources.services));
        if (blocked.isPresent()) {
            // Nobody could reach what we would start.
            return blocked;
        }
        List<ServingPool> pools = new ArrayList<>();
        for (DesiredPool pool : desired) {
            Optional<Rollout.Target> target =
                    Optional.ofNullable(rollout.pools().get(pool.name()));
            blocked = target.flatMap(it -> serve(seen, pool, it, pools));
            if (blocked.isPresent()) {
                return blocked;
            }
        }
        List<String> meant = desired.stream().map(DesiredPool::name).toList();
        Optional<Blocked> others = keepOthers(seen, meant, rollout, pools);
        boolean awaited = seen.pools().stream().anyMatch(pool -> Observation.ready(pool) > 0)
                || !rollout.delete().isEmpty()
                || !rollout.emptied().isEmpty();
        Optional<Blocked> routed = awaited
                ? gateways.route(seen.deployment(), pools, seen.at())
                : gateways.routeInTime(seen.deployment(), pools, seen.at());
        if (routed.isEmpty()) {
            // Routes first: by now no gateway sends anything there.
            rollout.delete().forEach(name -> applier.delete(ServingPool.class, seen.namespace(), name));
            pools.stream()
                    .filter(pool ->
                            rollout.emptied().contains(pool.getMetadata().getName()))
                    .forEach(pool -> applier.setReplicas(pool, 0, sources.pools));
        }
        return others.or(() -> routed).or(() -> ofAPool(seen, meant));
    }

    /** What stands in the way of a pool of the plan, as its own status tells. */
    private static Optional<Blocked> ofAPool(Observation seen, List<String> meant) {
        return seen.pools().stream()
                .filter(pool -> meant.contains(pool.getMetadata().getName()))
                .flatMap(pool -> PoolStatus.blocked(pool).stream())
                .findFirst();
    }

    private Optional<Blocked> serve(
            Observation seen, DesiredPool desired, Rollout.Target target, List<ServingPool> pools) {
        Optional<ServingPool> existing = seen.pools().stream()
                .filter(pool -> pool.getMetadata().getName().equals(desired.name()))
                .findFirst();
        ServingPool wanted = PoolResources.serving(seen.deployment(), desired, existing, target);
        Applied applied = applier.apply(wanted, sources.pools);
        if (applied instanceof Applied.Written(boolean created) && created) {
            int replicas = PoolResources.initialReplicas(seen.deployment(), desired, seen.running());
            if (replicas != 1) {
                applier.setReplicas(wanted, replicas, sources.pools);
            }
        }
        pools.add(wanted);
        return blocked(applied);
    }

    /** The pools that the plan does not mean: some retire, some still serve. */
    private Optional<Blocked> keepOthers(
            Observation seen, List<String> meant, Rollout rollout, List<ServingPool> pools) {
        Optional<Blocked> blocked = Optional.empty();
        for (ServingPool pool : seen.pools()) {
            String name = pool.getMetadata().getName();
            Optional<Rollout.Target> target =
                    Optional.ofNullable(rollout.pools().get(name)).filter(any -> !meant.contains(name));
            if (target.isPresent() && target.get().equals(standsAs(pool))) {
                pools.add(pool);
            } else if (target.isPresent()) {
                ServingPool kept = PoolResources.kept(seen.deployment(), pool, target.get());
                Applied applied = applier.apply(kept, sources.pools);
                blocked = blocked.or(() -> blocked(applied));
                pools.add(kept);
            }
        }
        return blocked;
    }

    private static Rollout.Target standsAs(ServingPool pool) {
        return new Rollout.Target(pool.getSpec().share(), Standing.of(pool));
    }

    static Optional<Blocked> blocked(Applied applied) {
        return switch (applied) {
            case Applied.Unchanged ignored -> Optional.empty();
            case Applied.Written ignored -> Optional.empty();
            case Applied.NameTaken(String object) ->
                Optional.of(new Blocked(
                        "NameTaken",
                        object + " exists and is not Kilter's; delete or rename it, or rename the"
                                + " InferenceDeployment"));
            case Applied.Leaving(String object) ->
                Optional.of(new Blocked("WaitingForDeletion", object + " of a deleted owner is still there"));
            case Applied.Refused(String object, String message) ->
                Optional.of(new Blocked("Refused", object + ": the API server refuses it: " + message));
        };
    }
}
