package dev.kilter.autoscaler;

import dev.kilter.autoscaler.metering.DemandMeter;
import dev.kilter.autoscaler.metering.GpuMeter;
import dev.kilter.autoscaler.metering.PoolMeter;
import dev.kilter.autoscaler.metering.TrialMeter;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingState;
import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the loop remembers of one InferenceDeployment from tick to tick. */
final class Subject {

    private static final int HISTORY = 10;

    /** The part of requests that a p99 lets be late. */
    private static final double LATE = 0.01;

    private final DeploymentKey key;
    private final Duration sloWindow;
    private final DemandMeter demand;
    private final TrialMeter trial;
    private final Map<String, PoolMeter> pools = new HashMap<>();
    private final List<DemandSummary.Scaling> history = new ArrayList<>();
    private ScalingState state = ScalingState.NONE;
    private DemandNews news;

    Subject(ScalingTarget target, Instant now) {
        this.key = target.key();
        this.sloWindow = target.sloWindow();
        this.news = new DemandNews(Optional.empty(), now);
        this.demand = new DemandMeter(target.key().name(), target.sloWindow());
        this.trial = new TrialMeter(target.key().name());
    }

    /** Whether the windows that it keeps are the ones that the target asks for. */
    boolean fits(ScalingTarget target) {
        return sloWindow.equals(target.sloWindow());
    }

    Observation observe(ScalingTarget target, LoadSnapshot loads, Instant now) {
        List<LoadSnapshot.Gateway> gateways = loads.gateways().stream()
                .filter(g -> g.namespace().equals(key.namespace()))
                .toList();
        demand.observe(gateways, now);
        double mayFail = target.settings().maxErrorRate();
        trial.observe(gateways, target.pools(), LATE + mayFail, mayFail, now);
        Set<String> names =
                target.pools().stream().map(ScalingTarget.Pool::name).collect(Collectors.toSet());
        pools.keySet().retainAll(names);
        List<PoolObservation> observed =
                target.pools().stream().map(pool -> observe(pool, loads)).toList();
        return new Observation(key.name(), target.settings(), demand.demand(), observed, state);
    }

    private PoolObservation observe(ScalingTarget.Pool pool, LoadSnapshot loads) {
        PoolMeter meter = pools.computeIfAbsent(pool.name(), name -> new PoolMeter(key.name()));
        List<LoadSnapshot.Pod> pods = podsOf(pool.name(), loads);
        return new PoolObservation(
                pool.name(),
                pool.revision(),
                pool.share(),
                pool.replicas(),
                pool.readyReplicas(),
                pool.maxReplicas(),
                pool.capacityPerReplica(),
                pool.costPerReplicaHour(),
                pool.operatingPoint(),
                pool.engineInstances(),
                meter.observe(pods, pool.engineInstances(), gpusOf(pool.name(), loads)),
                pool.place());
    }

    List<LoadSnapshot.Pod> podsOf(String pool, LoadSnapshot loads) {
        return loads.pods().stream()
                .filter(p -> p.namespace().equals(key.namespace()) && p.pool().equals(pool))
                .toList();
    }

    private GpuLoads gpusOf(String pool, LoadSnapshot loads) {
        return loads.gpus()
                .map(all -> GpuMeter.of(all.stream()
                        .filter(pod -> pod.namespace().equals(key.namespace())
                                && pod.pool().equals(pool))
                        .toList()))
                .orElse(GpuLoads.UNWATCHED);
    }

    /** Keeps what the next decision needs, and the changes that were written. */
    void remember(Decision decision, Map<String, ScaleWriter.Outcome> writes, Instant now) {
        state = decision.next();
        for (Decision.Pool pool : decision.pools()) {
            if (writes.get(pool.name()) instanceof ScaleWriter.Outcome.Written) {
                history.add(new DemandSummary.Scaling(
                        now.toEpochMilli(), pool.name(), pool.from(), pool.to(), Decided.reason(decision, pool)));
            }
        }
        while (history.size() > HISTORY) {
            history.removeFirst();
        }
    }

    DemandSummary summary(Observation observation, Decision decision, Instant now) {
        DemandMeter.Service service = demand.service();
        return new DemandSummary(
                key.name(),
                now.toEpochMilli(),
                demand.steadyPerSecond(),
                demand.peakPerSecond(),
                service.p99Millis(),
                service.attainment(),
                sloWindow.toMillis() / 1000.0,
                observation.demand() instanceof Demand.Measured && !decision.held(),
                decision.reasons(),
                decision.pools().stream().map(pool -> told(pool, observation)).toList(),
                history,
                trial.trial());
    }

    void publish(DemandSummary summary, DemandPublisher publisher, Instant now) {
        if (news.due(summary, now) && publisher.publish(key, summary)) {
            news = new DemandNews(Optional.of(summary), now);
        }
    }

    private static DemandSummary.Pool told(Decision.Pool pool, Observation observation) {
        int ready = observation.pools().stream()
                .filter(observed -> observed.name().equals(pool.name()))
                .mapToInt(PoolObservation::readyReplicas)
                .sum();
        return new DemandSummary.Pool(
                pool.name(),
                pool.to(),
                ready,
                pool.operatingPoint().variant(),
                pool.operatingPoint().maxBatchSize(),
                pool.reasons());
    }
}
