package dev.kilter.cli.simulate;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.autoscaler.resources.ScalingTargets;
import dev.kilter.cli.UserError;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.capacity.Replica;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.Standing;
import dev.kilter.operator.plan.StandIn;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.PlanRequest;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.Nodes;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.ReplicaRule;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A planned InferenceDeployment as an experiment.
 *
 * @param name of the InferenceDeployment
 * @param settings what its owner asks of the scaling
 * @param capacity of one replica of the first pool within the objective, requests a second
 * @param aim share of the capacity that rivals are set to
 * @param fullAfter by pool: its class's {@code provisioningTimeout}
 * @param experiment the planned pool, behind it what stands in where its class has no room, each named by its class
 */
public record SimulatedDeployment(
        String name,
        ScalingSettings settings,
        double capacity,
        double aim,
        List<Duration> fullAfter,
        Experiment experiment) {

    /** Windows of a run: as many as a plot shows. */
    private static final int WINDOWS = 240;

    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(10);

    /** As the cluster autoscaler gives nodes back. */
    private static final Duration NODE_IDLE = Duration.ofMinutes(10);

    public SimulatedDeployment {
        fullAfter = List.copyOf(fullAfter);
    }

    /**
     * How it is simulated.
     *
     * @param startUp from a replica's place to its readiness
     * @param provisioning from the wish for a node, which has one place, to the node; zero: nodes are there, and cost
     *     nothing while they are empty
     * @param room by class: replicas that there are nodes for; a class that is not in it has enough
     * @param warmUp what is served before it counts
     * @param aim see {@link SimulatedDeployment}
     * @param seed of all chance
     */
    public record Conditions(
            Duration startUp,
            Duration provisioning,
            Map<String, Integer> room,
            Duration warmUp,
            double aim,
            long seed) {
        public Conditions {
            room = Map.copyOf(room);
        }
    }

    /**
     * Puts together what was planned and what arrives.
     *
     * @throws UserError if something that would serve was never measured
     */
    public static SimulatedDeployment of(PlanInputs inputs, Plan plan, Arrivals arrivals, Conditions conditions) {
        PlanRequest request = inputs.request();
        Duration objective = request.slo().orElseThrow().p99();
        List<Plan.Pool> planned = withStandIns(inputs, plan.pools().getFirst(), conditions.room());
        ScalingTarget target = target(inputs, planned);
        List<PoolSpec> specs = new ArrayList<>();
        for (int i = 0; i < planned.size(); i++) {
            specs.add(spec(planned.get(i), target.pools().get(i), request, conditions));
        }
        PoolSpec first = specs.getFirst();
        double capacity = new Replica(
                        first.variants().get(first.point().variant()),
                        first.instances(),
                        first.point().maxBatchSize(),
                        first.point().maxDelay(),
                        objective)
                .capacity();
        return new SimulatedDeployment(
                inputs.deployment().getMetadata().getName(),
                target.settings(),
                capacity,
                conditions.aim(),
                planned.stream().map(pool -> timeout(inputs, pool)).toList(),
                experiment(arrivals, objective, specs, conditions));
    }

    /** The same of which lesser variants and other classes are left out, as whoever scales one Deployment has it. */
    public Experiment single() {
        return new Experiment(
                experiment.arrivals(),
                experiment.objective(),
                experiment.overhead(),
                List.of(experiment.pools().getFirst().undegraded()),
                experiment.faults(),
                experiment.window(),
                experiment.warmUp(),
                experiment.seed());
    }

    /** Behind each class whose room is bounded what the operator would let stand in for it. */
    private static List<Plan.Pool> withStandIns(PlanInputs inputs, Plan.Pool first, Map<String, Integer> room) {
        List<Plan.Pool> pools = new ArrayList<>(List.of(first));
        List<StandIn.Full> full = new ArrayList<>();
        while (room.containsKey(pools.getLast().acceleratorClass())) {
            Plan.Pool last = pools.getLast();
            full.add(new StandIn.Full(last, last.replicas(), room.get(last.acceleratorClass())));
            if (!(StandIn.next(inputs, full) instanceof PlanOutcome.Chosen(Plan next))) {
                break;
            }
            pools.add(next.pools().getFirst().sized(0));
        }
        return pools;
    }

    /** What the autoscaler would read of the pools that the operator would write, in their order. */
    private static ScalingTarget target(PlanInputs inputs, List<Plan.Pool> planned) {
        List<DesiredPool> desired =
                DesiredPool.of(inputs.deployment(), inputs.usableClasses(), new Plan(planned, List.of()));
        Rollout.Target established = new Rollout.Target(Rollout.FULL, new Standing.Established());
        List<ServingPool> pools = desired.stream()
                .map(pool -> PoolResources.serving(inputs.deployment(), pool, Optional.empty(), established))
                .toList();
        ScalingTarget target = ScalingTargets.of(inputs.deployment(), pools);
        List<String> order = desired.stream().map(DesiredPool::name).toList();
        return new ScalingTarget(
                target.key(),
                target.settings(),
                target.sloWindow(),
                order.stream()
                        .flatMap(name -> target.pools().stream()
                                .filter(pool -> pool.name().equals(name)))
                        .toList());
    }

    private static PoolSpec spec(
            Plan.Pool planned, ScalingTarget.Pool target, PlanRequest request, Conditions conditions) {
        OperatingPoint point = target.operatingPoint();
        Map<String, ServiceCurve> curves = new HashMap<>();
        curves.put(point.variant(), curve(request, planned, point.variant()));
        point.lesser().ifPresent(by -> curves.put(by.variant(), curve(request, planned, by.variant())));
        int room = conditions.room().getOrDefault(planned.acceleratorClass(), Integer.MAX_VALUE);
        int replicas = Math.min(planned.replicas(), room);
        return new PoolSpec(
                planned.acceleratorClass(),
                curves,
                point,
                target.engineInstances(),
                replicas,
                Delay.fixed(conditions.startUp()),
                planned.costPerReplicaHour().doubleValue(),
                1,
                nodes(replicas, room, conditions.provisioning()),
                ReplicaRule.PRODUCTION);
    }

    private static Optional<Nodes> nodes(int replicas, int room, Duration provisioning) {
        if (room == Integer.MAX_VALUE && provisioning.isZero()) {
            return Optional.empty();
        }
        Duration idle = provisioning.isZero() ? Duration.ZERO : NODE_IDLE;
        return Optional.of(new Nodes(1, replicas, 0, room, Delay.fixed(provisioning), idle));
    }

    private static ServiceCurve curve(PlanRequest request, Plan.Pool pool, String variant) {
        return request.profiles().stream()
                .filter(profile -> profile.acceleratorClass().equals(pool.acceleratorClass())
                        && profile.variant().equals(variant))
                .map(PlanRequest.Profile::curve)
                .findFirst()
                .orElseThrow(() -> new UserError(variant + " on " + pool.acceleratorClass()
                        + " is unmeasured, so nothing is known to simulate (expected: a ModelProfile; `kilter up`"
                        + " measures on this machine, on a cluster `kubectl get modelprofiles -o yaml` prints them)"));
    }

    private static Duration timeout(PlanInputs inputs, Plan.Pool pool) {
        return inputs.usableClasses().stream()
                .filter(each -> each.getMetadata().getName().equals(pool.acceleratorClass()))
                .map(each ->
                        DurationText.parse("provisioningTimeout", each.getSpec().provisioningTimeout()))
                .findFirst()
                .orElseThrow();
    }

    private static Experiment experiment(
            Arrivals arrivals, Duration objective, List<PoolSpec> pools, Conditions conditions) {
        Duration window = Duration.ofNanos(arrivals.lengthNanos()).dividedBy(WINDOWS);
        return new Experiment(
                arrivals,
                objective,
                Duration.ZERO,
                pools,
                List.of(),
                window.compareTo(SHORTEST_WINDOW) < 0 ? SHORTEST_WINDOW : window,
                conditions.warmUp(),
                conditions.seed());
    }
}
