package dev.kilter.cli.spill;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolSpec;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingLoop;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.autoscaler.resources.ScalingTargets;
import dev.kilter.operator.build.PoolNames;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.observe.PoolPods;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.RolloutRules;
import dev.kilter.operator.plan.Spill;
import dev.kilter.operator.status.Findings;
import dev.kilter.operator.status.PoolStatus;
import dev.kilter.operator.status.StatusBuilder;
import dev.kilter.operator.validate.Subject.Reference;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.GatewayLoad;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * A cluster in virtual time: what the operator and the autoscaler decide is carried out each second; the test plays
 * scheduler, kubelet, gateway, and how many pods each class has room for.
 */
final class PlayedCluster {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int START_UP = 10;
    private static final String IMAGE = "kilter/kilter-serving-runtime:1";

    private final InferenceDeployment deployment;
    private final List<AcceleratorClass> classes;
    private final List<ModelProfile> profiles;
    private final Map<String, IntUnaryOperator> room;
    private final IntUnaryOperator rate;
    private final SortedMap<String, ServingPool> pools = new TreeMap<>();
    private final SortedMap<String, List<Pod>> pods = new TreeMap<>();
    private final ScalingLoop autoscaler;
    private Optional<DemandSummary> demand = Optional.empty();
    private double offered;
    private int second;
    int planChanges;
    int standInScalings;

    /** @param readyAt a second; {@link Integer#MAX_VALUE} while it has no node */
    private record Pod(String onClass, int readyAt) {
        private boolean isPlaced() {
            return readyAt < Integer.MAX_VALUE;
        }
    }

    /**
     * A cluster with nothing on it.
     *
     * @param room by class: pods that it has nodes for, by second
     * @param rate requests a second, by second
     */
    PlayedCluster(
            InferenceDeployment deployment,
            List<AcceleratorClass> classes,
            List<ModelProfile> profiles,
            Map<String, IntUnaryOperator> room,
            IntUnaryOperator rate) {
        this.deployment = deployment;
        this.classes = classes;
        this.profiles = profiles;
        this.room = room;
        this.rate = rate;
        this.autoscaler = new ScalingLoop(
                () -> pools.isEmpty() ? List.of() : List.of(ScalingTargets.of(deployment, List.copyOf(pools.values()))),
                targets -> loads(),
                new RateScalingPolicy(),
                (key, pool, replicas) -> scale(pool.name(), replicas),
                (key, pod, update) -> {},
                (key, pool, digests) -> {},
                (key, summary) -> publish(summary),
                decided -> {});
    }

    /** Lets it run until a second. */
    PlayedCluster until(int end) {
        for (; second < end; second++) {
            schedule();
            tellPools();
            // Something tells the operator of every change; here it looks often enough.
            if (second % 10 == 0) {
                plan();
            }
            offered += rate.applyAsInt(second);
            if (second % 2 == 0) {
                autoscaler.tick(now());
            }
        }
        return this;
    }

    // What there is.

    PlanInputs planInputs() {
        return observe().planInputs(IMAGE);
    }

    InferenceDeploymentStatus status() {
        return deployment.getStatus();
    }

    List<String> planned() {
        return status().plan().pools().stream().map(Plan.Pool::acceleratorClass).toList();
    }

    Condition condition(String type) {
        return status().conditions().stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    int replicas(String onClass) {
        return poolsOn(onClass).stream()
                .mapToInt(pool -> pool.getSpec().replicas())
                .sum();
    }

    int ready(String onClass) {
        return (int) pods.values().stream()
                .flatMap(List::stream)
                .filter(pod -> pod.onClass().equals(onClass) && pod.readyAt() <= second)
                .count();
    }

    List<ServingPool> poolsOn(String onClass) {
        return pools.values().stream()
                .filter(pool -> classOf(pool).equals(onClass))
                .toList();
    }

    // The scheduler, the kubelet and the controller of Deployments.

    private void schedule() {
        for (ServingPool pool : pools.values()) {
            List<Pod> mine = pods.computeIfAbsent(nameOf(pool), name -> new ArrayList<>());
            while (mine.size() < pool.getSpec().replicas()) {
                mine.add(new Pod(classOf(pool), Integer.MAX_VALUE));
            }
            while (mine.size() > pool.getSpec().replicas()) {
                Pod waiting =
                        mine.stream().filter(pod -> !pod.isPlaced()).findFirst().orElse(mine.getLast());
                mine.remove(waiting);
            }
        }
        pods.keySet().retainAll(pools.keySet());
        room.forEach((onClass, byTime) -> fit(onClass, byTime.applyAsInt(second)));
    }

    private void fit(String onClass, int most) {
        int placed = 0;
        for (List<Pod> mine : pods.values()) {
            for (int i = 0; i < mine.size(); i++) {
                if (mine.get(i).onClass().equals(onClass)) {
                    boolean fits = placed < most;
                    placed += fits ? 1 : 0;
                    if (fits && !mine.get(i).isPlaced()) {
                        mine.set(i, new Pod(onClass, second + START_UP));
                    } else if (!fits) {
                        // Its node is gone; what replaces it waits.
                        mine.set(i, new Pod(onClass, Integer.MAX_VALUE));
                    }
                }
            }
        }
    }

    // The operator.

    private void tellPools() {
        for (ServingPool pool : pools.values()) {
            List<Pod> mine = pods.get(nameOf(pool));
            int placed = (int) mine.stream().filter(Pod::isPlaced).count();
            int ready =
                    (int) mine.stream().filter(pod -> pod.readyAt() <= second).count();
            Deployment runs = new DeploymentBuilder()
                    .withNewStatus()
                    .withReplicas(mine.size())
                    .withReadyReplicas(ready)
                    .endStatus()
                    .build();
            Optional<String> waits = placed < mine.size()
                    ? Optional.of("pod " + nameOf(pool) + "-x finds no node: Insufficient nvidia.com/gpu")
                    : Optional.empty();
            pool.setStatus(PoolStatus.of(
                    pool,
                    Optional.of(runs),
                    new PoolPods(placed, Optional.empty(), waits, Optional.empty()),
                    "",
                    Optional.empty(),
                    now()));
        }
    }

    /** As the reconciler does. */
    private void plan() {
        Observation seen = observe();
        List<ServingPool> existing = seen.pools();
        Plan before =
                deployment.getStatus() == null ? null : deployment.getStatus().plan();
        PlanDecision.Planned base = (PlanDecision.Planned)
                PlanDecision.decide(seen.planInputs(IMAGE), before, existing, seen.sloBroken(), now());
        PlanDecision.Planned planned =
                Spill.over(base, seen.planInputs(IMAGE), before, existing, seen.provisioning(), now());
        planChanges += planned.change().isPresent() ? 1 : 0;
        Rollout rollout = Rollout.decide(
                new Rollout.Situation(
                        PoolNames.revision(deployment.getSpec()),
                        PoolResources.needed(deployment, planned.pools(), existing, seen.running()),
                        seen.running(),
                        RolloutRules.of(deployment.getSpec()),
                        demand.flatMap(DemandSummary::trial),
                        Duration.ofSeconds(30)),
                now());
        for (DesiredPool pool : planned.pools()) {
            Optional<ServingPool> present = Optional.ofNullable(pools.get(pool.name()));
            int replicas = present.map(each -> each.getSpec().replicas())
                    .orElseGet(() -> PoolResources.initialReplicas(deployment, pool, seen.running()));
            put(PoolResources.serving(deployment, pool, present, rollout.pools().get(pool.name())), replicas);
        }
        List<String> meant = planned.pools().stream().map(DesiredPool::name).toList();
        rollout.pools().forEach((name, target) -> {
            if (!meant.contains(name)) {
                ServingPool kept = pools.get(name);
                put(PoolResources.kept(deployment, kept, target), kept.getSpec().replicas());
            }
        });
        rollout.delete().forEach(name -> pools.remove(name));
        deployment.setStatus(new StatusBuilder(new Findings(
                        seen, Optional.of(planned), Optional.of(rollout), Optional.empty(), Optional.empty()))
                .build());
    }

    private Observation observe() {
        return new Observation(
                now(),
                deployment,
                List.copyOf(pools.values()),
                List.of(),
                classes,
                Set.of(),
                profiles,
                demand,
                List.of(),
                true,
                Reference.FINE);
    }

    private void put(ServingPool pool, int replicas) {
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
        Optional.ofNullable(pools.get(nameOf(pool))).ifPresent(before -> pool.setStatus(before.getStatus()));
        pools.put(nameOf(pool), pool);
    }

    // The autoscaler's ports.

    private LoadSnapshot loads() {
        GatewayLoad.Model model = new GatewayLoad.Model(
                "intent",
                (long) offered,
                (long) offered,
                0,
                0,
                0,
                (long) offered,
                Optional.empty(),
                50,
                List.of(),
                List.of());
        GatewayLoad load = new GatewayLoad(1, now().toEpochMilli(), List.of(model));
        return new LoadSnapshot(
                List.of(new LoadSnapshot.Gateway("default", "gateway", new Reading.Report<>(load))), List.of());
    }

    private ScaleWriter.Outcome scale(String name, int replicas) {
        ServingPool pool = pools.get(name);
        standInScalings += planned().indexOf(classOf(pool)) > 0 ? 1 : 0;
        put(pool, replicas);
        return new ScaleWriter.Outcome.Written();
    }

    private boolean publish(DemandSummary summary) {
        demand = Optional.of(summary);
        return true;
    }

    private Instant now() {
        return START.plusSeconds(second);
    }

    private static String nameOf(ServingPool pool) {
        return pool.getMetadata().getName();
    }

    private static String classOf(ServingPool pool) {
        return pool.getSpec().configuration().acceleratorClass();
    }
}
