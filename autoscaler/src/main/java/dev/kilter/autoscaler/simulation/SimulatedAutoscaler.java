package dev.kilter.autoscaler.simulation;

import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.LoopRunner;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingLoop;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.core.capacity.Replica;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingPolicy;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The production loop as the controller of a simulated fleet: the same scrapes, meters, policy and writes. The pools
 * are those of one revision in the plan's order, each next one standing in for the class of the one before it.
 */
public final class SimulatedAutoscaler implements Controller {

    /** A scrape is over within that time. */
    private static final Duration SCRAPE = Duration.ofMillis(500);

    private static final Duration FULL_AFTER =
            DurationText.parse("provisioningTimeout", AcceleratorClassSpec.PROVISIONING_TIMEOUT);

    private static final Duration SLO_WINDOW = Duration.ofMinutes(30);
    private static final Instant START = Instant.EPOCH.plus(Duration.ofDays(1));
    private static final DeploymentKey KEY = new DeploymentKey("simulation", "model");

    private final ScalingSettings settings;
    private final Experiment experiment;
    private final ScalingLoop loop;
    private final StandIns standIns;
    private List<ScalingTarget> targets = List.of();
    private LoadSnapshot loads = LoadSnapshot.EMPTY;

    /** For one run of an experiment, with the default time after which a class counts as full. */
    public SimulatedAutoscaler(ScalingPolicy policy, ScalingSettings settings, Experiment experiment) {
        this(
                policy,
                settings,
                experiment,
                experiment.pools().stream().map(_ -> FULL_AFTER).toList());
    }

    /**
     * For one run of an experiment.
     *
     * @param settings what the owner asks for; without an objective, the experiment's is put in
     * @param fullAfter by pool: after so long without a node for a replica its class counts as full
     */
    public SimulatedAutoscaler(
            ScalingPolicy policy, ScalingSettings settings, Experiment experiment, List<Duration> fullAfter) {
        this.settings =
                settings.p99().isPresent() ? settings : settings.under(experiment.objective(), settings.maxErrorRate());
        this.experiment = experiment;
        this.standIns = new StandIns(fullAfter);
        this.loop = new ScalingLoop(
                () -> targets,
                _ -> loads,
                policy,
                (key, pool, replicas) -> new ScaleWriter.Outcome.Written(),
                (key, pod, update) -> {},
                (key, pool, digests) -> {},
                (key, summary) -> true,
                decided -> {});
    }

    @Override
    public Duration period() {
        return LoopRunner.PERIOD;
    }

    @Override
    public Duration scrapeEvery() {
        return SCRAPE;
    }

    @Override
    public List<Desired> decide(Seen seen) {
        loads = new Reports(KEY, START, experiment).of(seen);
        targets = List.of(new ScalingTarget(KEY, settings, SLO_WINDOW, pools(seen)));
        List<Decided> decided = loop.tick(START.plusNanos(seen.nowNanos()));
        if (decided.size() != 1) {
            throw new IllegalStateException("the loop decided nothing: see its log");
        }
        Map<String, Decision.Pool> byName = decided.getFirst().decision().pools().stream()
                .collect(Collectors.toMap(Decision.Pool::name, pool -> pool));
        return seen.pools().stream()
                .map(pool -> desired(pool, Optional.ofNullable(byName.get(pool.name()))))
                .toList();
    }

    private static Desired desired(PoolSeen seen, Optional<Decision.Pool> decided) {
        return decided.map(pool -> new Desired(pool.to(), pool.operatingPoint(), pool.reason()))
                .orElseGet(() -> Desired.same(seen, "no class is full that it stands in for"));
    }

    private List<ScalingTarget.Pool> pools(Seen seen) {
        List<ScalingTarget.Pool> pools = new ArrayList<>();
        int taking = standIns.taking(seen.nowNanos(), seen.pools());
        for (int i = 0; i < taking; i++) {
            pools.add(pool(i, experiment.pools().get(i), seen.pools().get(i)));
        }
        return pools;
    }

    private ScalingTarget.Pool pool(int rank, PoolSpec spec, PoolSeen seen) {
        return new ScalingTarget.Pool(
                seen.name(),
                "revision",
                1,
                seen.desired(),
                seen.ready(),
                // Nobody tells it how much room there is.
                OptionalInt.empty(),
                OptionalDouble.of(capacity(spec)),
                OptionalDouble.of(spec.pricePerHour()),
                spec.point(),
                spec.instances(),
                new PoolObservation.Place(rank, OptionalInt.of(StandIns.placed(seen))),
                false,
                Map.of());
    }

    private double capacity(PoolSpec spec) {
        return new Replica(
                        spec.variants().get(spec.point().variant()),
                        spec.instances(),
                        spec.point().maxBatchSize(),
                        spec.point().maxDelay(),
                        experiment.objective().minus(experiment.overhead()))
                .capacity();
    }
}
