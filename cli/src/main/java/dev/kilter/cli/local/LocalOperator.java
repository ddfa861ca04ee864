package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolSpec;
import dev.kilter.cli.UserError;
import dev.kilter.gateway.local.InMemoryRoutes;
import dev.kilter.operator.build.PoolNames;
import dev.kilter.operator.build.PoolObjects;
import dev.kilter.operator.build.Routes;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.RolloutRules;
import dev.kilter.operator.plan.Standing;
import dev.kilter.protocol.DemandSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The operator's loop without an API server: the same plan, roll-out and builders, their outcome handed to the local
 * pools and routes. Its state is what a cluster would keep in the resources. Threads may call any method at any time.
 */
final class LocalOperator {

    private final InferenceDeployment deployment;
    private final LocalMachine machine;
    private final Settings settings;
    private final LocalPools processes;
    private final InMemoryRoutes routes;
    private final Notices notices;
    private final SortedMap<String, ServingPool> pools = new TreeMap<>();
    private List<ModelProfile> profiles;
    private Optional<DemandSummary> demand = Optional.empty();
    private Plan status;

    LocalOperator(
            InferenceDeployment deployment,
            List<ModelProfile> profiles,
            LocalMachine machine,
            Settings settings,
            LocalPools processes,
            InMemoryRoutes routes,
            Notices notices) {
        this.deployment = deployment;
        this.profiles = profiles;
        this.machine = machine;
        this.settings = settings;
        this.processes = processes;
        this.routes = routes;
        this.notices = notices;
    }

    /**
     * Plans and takes the next step of the roll-out.
     *
     * @throws UserError if nothing serves and nothing can
     */
    synchronized void tick(Instant now) {
        switch (PlanDecision.decide(inputs(), status, List.copyOf(pools.values()), false, now)) {
            case PlanDecision.Planned planned -> apply(planned, now);
            case PlanDecision.Unplannable unplannable -> {
                if (pools.isEmpty()) {
                    throw new UserError("no plan for " + name() + ": " + unplannable.reason());
                }
                notices.add("planner", unplannable.reason());
            }
        }
    }

    /** Evidence for plans from now on. */
    synchronized void profiles(List<ModelProfile> known) {
        profiles = List.copyOf(known);
    }

    /** What the autoscaler tells of the demand. */
    synchronized void demand(DemandSummary told) {
        demand = Optional.of(told);
    }

    /** What the autoscaler told last. */
    synchronized Optional<DemandSummary> demand() {
        return demand;
    }

    /** Sets a pool's replicas: the scale subresource. */
    synchronized void scale(String pool, int replicas) {
        pools.computeIfPresent(pool, (name, existing) -> withReplicas(existing, replicas));
        run(pools.get(pool));
    }

    synchronized PlanInputs inputs() {
        return new PlanInputs(
                deployment,
                List.of(machine.acceleratorClass()),
                profiles,
                demand.map(DemandSummary::peakRequestsPerSecond),
                Set.of(),
                settings.runtimeImage());
    }

    /** The plan in force; null before the first {@link #tick}. */
    synchronized Plan plan() {
        return status;
    }

    synchronized List<ServingPool> pools() {
        return List.copyOf(pools.values());
    }

    private void apply(PlanDecision.Planned planned, Instant now) {
        tell(planned);
        status = planned.plan();
        List<Rollout.Running> running = running();
        Map<String, Integer> wanted = planned.pools().stream()
                .collect(Collectors.toMap(
                        DesiredPool::name, desired -> PoolResources.initialReplicas(deployment, desired, running)));
        Rollout rollout = Rollout.decide(
                new Rollout.Situation(
                        PoolNames.revision(deployment.getSpec()),
                        wanted,
                        running,
                        RolloutRules.of(deployment.getSpec()),
                        Optional.empty(),
                        settings.drain()),
                now);
        for (DesiredPool desired : planned.pools()) {
            Optional<ServingPool> existing = Optional.ofNullable(pools.get(desired.name()));
            int replicas = existing.map(pool -> pool.getSpec().replicas()).orElse(wanted.get(desired.name()));
            Rollout.Target target = rollout.pools().get(desired.name());
            put(withReplicas(PoolResources.serving(deployment, desired, existing, target), replicas));
        }
        rollout.pools().forEach((name, target) -> {
            if (!wanted.containsKey(name)) {
                ServingPool existing = pools.get(name);
                int replicas = existing.getSpec().replicas();
                put(withReplicas(PoolResources.kept(deployment, existing, target), replicas));
            }
        });
        rollout.delete().forEach(name -> {
            pools.remove(name);
            processes.delete(name);
        });
        routes.publish(Routes.of(List.of(deployment), List.copyOf(pools.values())));
        pools.values().forEach(this::run);
    }

    private void tell(PlanDecision.Planned planned) {
        for (Plan.Pool pool : planned.plan().pools()) {
            notices.add(
                    "planner",
                    pool.activeVariant() + " on " + pool.acceleratorClass() + ", batches up to " + pool.maxBatchSize()
                            + ": " + pool.reason());
        }
        planned.shortfall().ifPresent(shortfall -> notices.add("planner", "falls short: " + shortfall));
    }

    private List<Rollout.Running> running() {
        return pools.values().stream()
                .map(pool -> new Rollout.Running(
                        pool.getMetadata().getName(),
                        pool.getSpec().revision(),
                        pool.getSpec().share(),
                        pool.getSpec().replicas(),
                        ready(pool),
                        Standing.of(pool),
                        Optional.empty(),
                        Optional.empty()))
                .toList();
    }

    private int ready(ServingPool pool) {
        return processes
                .find(pool.getMetadata().getName())
                .map(LocalPool::ready)
                .orElse(0);
    }

    private void put(ServingPool pool) {
        pools.put(pool.getMetadata().getName(), pool);
    }

    private void run(ServingPool pool) {
        if (pool != null) {
            processes.apply(new PoolObjects(pool, settings).deployment());
        }
    }

    private String name() {
        return deployment.getMetadata().getName();
    }

    private static ServingPool withReplicas(ServingPool pool, int replicas) {
        ServingPoolSpec spec = pool.getSpec();
        pool.setSpec(new ServingPoolSpec(
                spec.inferenceDeploymentRef(),
                spec.revision(),
                spec.configuration(),
                spec.capacityPerReplica(),
                spec.costPerReplicaHour(),
                spec.scaling(),
                spec.share(),
                replicas));
        return pool;
    }
}
