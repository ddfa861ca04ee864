package dev.kilter.autoscaler.simulation;

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

/** The production loop as the controller of a simulated fleet: the same scrapes, meters, policy and writes. */
public final class SimulatedAutoscaler implements Controller {

    /** A scrape is over within that time. */
    private static final Duration SCRAPE = Duration.ofMillis(500);

    private static final Duration SLO_WINDOW = Duration.ofMinutes(30);
    private static final Instant START = Instant.EPOCH.plus(Duration.ofDays(1));
    private static final DeploymentKey KEY = new DeploymentKey("simulation", "model");

    private final ScalingSettings settings;
    private final Experiment experiment;
    private final ScalingLoop loop;
    private List<ScalingTarget> targets = List.of();
    private LoadSnapshot loads = LoadSnapshot.EMPTY;

    /**
     * For one run of an experiment.
     *
     * @param settings what the owner asks for; without an objective, the experiment's is put in
     */
    public SimulatedAutoscaler(ScalingPolicy policy, ScalingSettings settings, Experiment experiment) {
        this.settings =
                settings.p99().isPresent() ? settings : settings.under(experiment.objective(), settings.maxErrorRate());
        this.experiment = experiment;
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
        targets = List.of(new ScalingTarget(KEY, settings, SLO_WINDOW, pools(seen.pools())));
        List<Decided> decided = loop.tick(START.plusNanos(seen.nowNanos()));
        if (decided.size() != 1) {
            throw new IllegalStateException("the loop decided nothing: see its log");
        }
        Map<String, Decision.Pool> byName = decided.getFirst().decision().pools().stream()
                .collect(Collectors.toMap(Decision.Pool::name, pool -> pool));
        return seen.pools().stream()
                .map(pool -> byName.get(pool.name()))
                .map(pool -> new Desired(pool.to(), pool.operatingPoint(), pool.reason()))
                .toList();
    }

    private List<ScalingTarget.Pool> pools(List<PoolSeen> seen) {
        List<ScalingTarget.Pool> pools = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            pools.add(pool(experiment.pools().get(i), seen.get(i)));
        }
        return pools;
    }

    private ScalingTarget.Pool pool(PoolSpec spec, PoolSeen seen) {
        return new ScalingTarget.Pool(
                seen.name(),
                "revision",
                1,
                seen.desired(),
                seen.ready(),
                spec.nodes()
                        .map(nodes -> OptionalInt.of(nodes.most() * nodes.replicasPerNode()))
                        .orElseGet(OptionalInt::empty),
                OptionalDouble.of(capacity(spec)),
                OptionalDouble.of(spec.pricePerHour()),
                spec.point(),
                spec.instances(),
                PoolObservation.Place.ONLY,
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
