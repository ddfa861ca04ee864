package dev.kilter.autoscaler.simulation;

import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.Metrics;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a simulated gateway and simulated pods would report. A source that has no sample newer than its last report
 * repeats it, as a proxy in between would; the meters know what to do with that.
 *
 * @param start the time at which the simulation began
 * @param experiment what is simulated
 */
record Reports(DeploymentKey key, Instant start, Experiment experiment) {

    private static final long LEARNT = 1000;

    LoadSnapshot of(Seen seen) {
        return new LoadSnapshot(
                List.of(new LoadSnapshot.Gateway(key.namespace(), "gateway", gateway(seen.gateway()))),
                seen.pools().stream()
                        .flatMap(pool -> pool.pods().stream()
                                .filter(PodSeen::ready)
                                .map(pod -> new LoadSnapshot.Pod(
                                        key.namespace(), pool.name(), "pod-" + pod.id(), "", runtime(pool, pod))))
                        .toList());
    }

    private Reading<GatewayLoad> gateway(Metrics metrics) {
        if (metrics.lastNanos() < 0) {
            return new Reading.Missing<>("nothing scraped yet");
        }
        GatewayLoad.Model model = new GatewayLoad.Model(
                key.name(),
                total(metrics, Counter.OFFERED),
                total(metrics, Counter.ANSWERED),
                total(metrics, Counter.REFUSED),
                total(metrics, Counter.FAILED),
                0,
                total(metrics, Counter.IN_TIME),
                Optional.of(total(metrics, Counter.LESSER_LEFT)),
                experiment.objective().toNanos() / 1e6,
                List.of(),
                List.of());
        return new Reading.Report<>(new GatewayLoad(start.toEpochMilli(), at(metrics), List.of(model)));
    }

    private Reading<RuntimeLoad> runtime(PoolSeen pool, PodSeen pod) {
        Metrics metrics = pod.metrics();
        if (metrics.lastNanos() < 0) {
            return new Reading.Missing<>("nothing scraped yet");
        }
        OperatingPoint point = pool.point();
        RuntimeLoad.Model model = new RuntimeLoad.Model(
                key.name(),
                point.variant(),
                "",
                new RuntimeLoad.OperatingPointState(
                        0,
                        point.variant(),
                        point.maxBatchSize(),
                        point.maxDelay().map(delay -> delay.toNanos() / 1e6).orElse(0.0),
                        point.lesser().map(by -> new OperatingPointUpdate.Lesser(by.variant(), by.maxShare()))),
                0,
                0,
                total(metrics, Counter.OFFERED),
                total(metrics, Counter.ANSWERED),
                total(metrics, Counter.DEGRADED),
                total(metrics, Counter.REFUSED),
                total(metrics, Counter.FAILED),
                0,
                total(metrics, Counter.ANSWERED),
                spec(pool).instances() * total(metrics, Counter.BUSY_NANOS) / 1e9,
                curve(spec(pool).variants().get(point.variant())));
        return new Reading.Report<>(new RuntimeLoad(
                start.plusNanos(pod.readyNanos()).toEpochMilli(),
                at(metrics),
                true,
                false,
                false,
                Optional.empty(),
                List.of(model)));
    }

    /** Replicas know what batches take from the start, as the simulation has it. */
    private static List<RuntimeLoad.CurvePoint> curve(ServiceCurve curve) {
        return curve.points().stream()
                .map(point -> new RuntimeLoad.CurvePoint(
                        point.batchSize(), 1e3 * point.meanSeconds(), 1e3 * point.p99Seconds(), LEARNT))
                .toList();
    }

    private PoolSpec spec(PoolSeen seen) {
        return experiment.pools().stream()
                .filter(pool -> pool.name().equals(seen.name()))
                .findFirst()
                .orElseThrow();
    }

    private long at(Metrics metrics) {
        return start.plusNanos(metrics.lastNanos()).toEpochMilli();
    }

    private static long total(Metrics metrics, Counter counter) {
        return metrics.total(counter).orElseThrow();
    }
}
