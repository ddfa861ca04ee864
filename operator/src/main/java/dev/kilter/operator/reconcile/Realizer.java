package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.apply.Applied;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.Routes;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.Standing;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.status.PoolStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the cluster what was decided: the Service, the pools, the namespace's gateway and its routes. */
final class Realizer {

    private final DeploymentSources sources;
    private final Applier applier;
    private final Settings settings;
    /** One at a time in a namespace: the routes are made from what all its reconciles see. */
    private final Map<String, Object> namespaces = new ConcurrentHashMap<>();

    Realizer(DeploymentSources sources, Applier applier, Settings settings) {
        this.sources = sources;
        this.applier = applier;
        this.settings = settings;
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
        Optional<Blocked> routed = gateway(seen, pools);
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

    private Optional<Blocked> gateway(Observation seen, List<ServingPool> own) {
        synchronized (namespaces.computeIfAbsent(seen.namespace(), key -> new Object())) {
            List<ServingPool> pools = new ArrayList<>(own);
            // Read again, now that nobody else writes.
            sources.pools.in(seen.namespace()).stream()
                    .filter(pool ->
                            !pool.getSpec().inferenceDeploymentRef().name().equals(seen.name()))
                    .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                    .forEach(pools::add);
            List<InferenceDeployment> routed = sources.present(seen.namespace());
            if (routed.stream().noneMatch(each -> each.getMetadata().getName().equals(seen.name()))) {
                // Deleted meanwhile; or so new that its arrival wakes this again.
                return Optional.empty();
            }
            List<Owner> owners = routed.stream().map(Owner::of).toList();
            for (HasMetadata object :
                    GatewayObjects.shared(seen.namespace(), owners, Routes.of(routed, pools), settings)) {
                Optional<Blocked> blocked = blocked(apply(object));
                if (blocked.isPresent()) {
                    return blocked;
                }
            }
            return Optional.empty();
        }
    }

    private Applied apply(HasMetadata object) {
        return switch (object) {
            case ServiceAccount account -> applier.apply(account, sources.serviceAccounts);
            case RoleBinding binding -> applier.apply(binding, sources.roleBindings);
            case ConfigMap routes -> applier.apply(routes, sources.configMaps);
            case PodDisruptionBudget budget -> applier.apply(budget, sources.budgets);
            case Deployment deployment -> applier.apply(deployment, sources.gateways);
            default -> throw new IllegalStateException("no cache for " + object.getKind());
        };
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
