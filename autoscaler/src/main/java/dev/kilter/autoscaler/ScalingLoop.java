package dev.kilter.autoscaler;

import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.ScalingPolicy;
import dev.kilter.protocol.DemandSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observe, decide, write: one tick over every InferenceDeployment. One thread calls {@link #tick}; nothing here sleeps
 * or asks for the time.
 */
public final class ScalingLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ScalingLoop.class);

    private final PoolReader pools;
    private final LoadReader loads;
    private final ScalingPolicy policy;
    private final ScaleWriter scales;
    private final OperatingPointWriter operatingPoints;
    private final DigestWriter digests;
    private final DemandPublisher demand;
    private final ScalingListener listener;
    private final Map<DeploymentKey, Subject> subjects = new HashMap<>();
    private final SteadyTime time = new SteadyTime();

    public ScalingLoop(
            PoolReader pools,
            LoadReader loads,
            ScalingPolicy policy,
            ScaleWriter scales,
            OperatingPointWriter operatingPoints,
            DigestWriter digests,
            DemandPublisher demand,
            ScalingListener listener) {
        this.pools = pools;
        this.loads = loads;
        this.policy = policy;
        this.scales = scales;
        this.operatingPoints = operatingPoints;
        this.digests = digests;
        this.demand = demand;
        this.listener = listener;
    }

    /**
     * Runs once over everything there is to scale.
     *
     * @param wall the time; may run backwards
     * @return what was decided, one for each InferenceDeployment that could be decided
     */
    public List<Decided> tick(Instant wall) {
        Instant now = time.at(wall);
        List<ScalingTarget> targets = pools.read();
        subjects.keySet().retainAll(targets.stream().map(ScalingTarget::key).collect(Collectors.toSet()));
        LoadSnapshot snapshot = targets.isEmpty() ? LoadSnapshot.EMPTY : loads.read(targets);
        List<Decided> all = new ArrayList<>();
        for (ScalingTarget target : targets) {
            try {
                Decided decided = scale(target, snapshot, now);
                all.add(decided);
                listener.decided(decided);
            } catch (RuntimeException e) {
                // One that cannot be scaled must not keep the others from it.
                LOG.warn("{} was not scaled this time: {}", target.key(), e.getMessage(), e);
            }
        }
        return all;
    }

    private Decided scale(ScalingTarget target, LoadSnapshot snapshot, Instant now) {
        Subject subject = subjects.compute(
                target.key(), (key, known) -> known != null && known.fits(target) ? known : new Subject(target, now));
        Observation observation = subject.observe(target, snapshot, now);
        Decision decision = policy.decide(observation, now);
        Map<String, ScaleWriter.Outcome> writes = write(target, decision);
        pushOperatingPoints(target, subject, decision, snapshot, now);
        pinDigests(target, subject, snapshot);
        subject.remember(decision, writes, now);
        DemandSummary summary = subject.summary(observation, decision, now);
        subject.publish(summary, demand, now);
        return new Decided(target.key(), observation, decision, writes, summary);
    }

    private Map<String, ScaleWriter.Outcome> write(ScalingTarget target, Decision decision) {
        Map<String, ScaleWriter.Outcome> outcomes = new LinkedHashMap<>();
        for (Decision.Pool decided : decision.pools()) {
            pool(target, decided.name())
                    .filter(pool -> decided.changes() && !pool.paused())
                    .ifPresent(pool -> outcomes.put(pool.name(), scales.scale(target.key(), pool, decided.to())));
        }
        return outcomes;
    }

    private void pushOperatingPoints(
            ScalingTarget target, Subject subject, Decision decision, LoadSnapshot snapshot, Instant now) {
        for (Decision.Pool decided : decision.pools()) {
            for (LoadSnapshot.Pod pod : subject.podsOf(decided.name(), snapshot)) {
                OperatingPoints.update(target.key().name(), decided.operatingPoint(), pod, now)
                        .ifPresent(update -> operatingPoints.push(target.key(), pod, update));
            }
        }
    }

    private void pinDigests(ScalingTarget target, Subject subject, LoadSnapshot snapshot) {
        for (ScalingTarget.Pool pool : target.pools()) {
            SortedMap<String, String> unpinned =
                    ModelDigests.unpinned(target.key().name(), pool, subject.podsOf(pool.name(), snapshot));
            if (!unpinned.isEmpty()) {
                digests.pin(target.key(), pool, unpinned);
            }
        }
    }

    private static Optional<ScalingTarget.Pool> pool(ScalingTarget target, String name) {
        return target.pools().stream().filter(p -> p.name().equals(name)).findFirst();
    }
}
