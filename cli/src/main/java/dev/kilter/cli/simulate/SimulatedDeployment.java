package dev.kilter.cli.simulate;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.autoscaler.resources.ScalingTargets;
import dev.kilter.cli.UserError;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.capacity.Replica;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanRequest;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.ReplicaRule;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A planned InferenceDeployment as an experiment.
 *
 * @param name of the InferenceDeployment
 * @param pool as planned
 * @param settings what its owner asks of the scaling
 * @param capacity of one replica within the objective, requests a second
 * @param aim share of the capacity that rivals are set to
 */
public record SimulatedDeployment(
        String name, Plan.Pool pool, ScalingSettings settings, double capacity, double aim, Experiment experiment) {

    /** Windows of a run: as many as a plot shows. */
    private static final int WINDOWS = 240;

    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(10);

    /**
     * How it is simulated.
     *
     * @param startUp from a replica's place to its readiness
     * @param warmUp what is served before it counts
     * @param aim see {@link SimulatedDeployment}
     * @param seed of all chance
     */
    public record Conditions(Duration startUp, Duration warmUp, double aim, long seed) {}

    /**
     * Puts together what was planned and what arrives.
     *
     * @throws UserError if the planned pool was never measured
     */
    public static SimulatedDeployment of(
            InferenceDeployment deployment, PlanRequest request, Plan plan, Arrivals arrivals, Conditions conditions) {
        Plan.Pool pool = plan.pools().getFirst();
        Map<String, ServiceCurve> curves = request.profiles().stream()
                .filter(profile -> profile.acceleratorClass().equals(pool.acceleratorClass())
                        && pool.variants().contains(profile.variant()))
                .collect(Collectors.toMap(PlanRequest.Profile::variant, PlanRequest.Profile::curve, (a, _) -> a));
        ServiceCurve curve = curves.get(pool.operatingPoint().variant());
        if (curve == null) {
            throw new UserError(pool.operatingPoint().variant() + " on " + pool.acceleratorClass()
                    + " is unmeasured, so nothing is known to simulate (expected: a ModelProfile; `kilter up` measures"
                    + " on this machine, on a cluster `kubectl get modelprofiles -o yaml` prints them)");
        }
        Duration objective = request.slo().orElseThrow().p99();
        double capacity = new Replica(
                        curve,
                        pool.instances(),
                        pool.operatingPoint().maxBatchSize(),
                        pool.operatingPoint().maxDelay(),
                        objective)
                .capacity();
        return new SimulatedDeployment(
                deployment.getMetadata().getName(),
                pool,
                ScalingTargets.of(deployment, List.of()).settings(),
                capacity,
                conditions.aim(),
                experiment(arrivals, objective, spec(pool, curves, conditions), conditions));
    }

    private static PoolSpec spec(Plan.Pool pool, Map<String, ServiceCurve> curves, Conditions conditions) {
        return new PoolSpec(
                pool.acceleratorClass(),
                curves,
                pool.operatingPoint(),
                pool.instances(),
                pool.replicas(),
                Delay.fixed(conditions.startUp()),
                pool.costPerReplicaHour().doubleValue(),
                1,
                Optional.empty(),
                ReplicaRule.PRODUCTION);
    }

    private static Experiment experiment(Arrivals arrivals, Duration objective, PoolSpec pool, Conditions conditions) {
        Duration window = Duration.ofNanos(arrivals.lengthNanos()).dividedBy(WINDOWS);
        return new Experiment(
                arrivals,
                objective,
                Duration.ZERO,
                List.of(pool),
                List.of(),
                window.compareTo(SHORTEST_WINDOW) < 0 ? SHORTEST_WINDOW : window,
                conditions.warmUp(),
                conditions.seed());
    }
}
