package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingListener;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.PoolObservation;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What the autoscaler tells Prometheus of its decisions. Series of what is gone are taken away. */
public final class AutoscalerMetrics implements ScalingListener {

    private final Gauge offered;
    private final Gauge attainment;
    private final Gauge available;
    private final Gauge desired;
    private final Gauge ready;
    private final Gauge cost;
    private final GpuMetrics gpus;
    private final Counter scalings;
    private final Counter writeFailures;
    private final Gauge lastTick;
    private final Counter ticks;
    private final Map<List<String>, Set<String>> poolsOf = new HashMap<>();

    /** Registers all series. */
    public AutoscalerMetrics(CollectorRegistry registry) {
        offered = deployment(
                "offered_requests_per_second",
                "Requests a second that arrive at the gateways, over a minute.",
                registry);
        attainment = deployment(
                "slo_attainment_ratio",
                "Share of offered requests answered within the objective, over its window.",
                registry);
        available = deployment(
                "metrics_available", "1 while the load is known; 0 while the last counts are held.", registry);
        desired = pool("desired_replicas", "Replicas last decided.", registry);
        ready = pool("ready_replicas", "Replicas that serve.", registry);
        cost = pool(
                "cost_per_hour", "What the replicas that are asked for cost an hour, where that is told.", registry);
        gpus = new GpuMetrics(registry);
        scalings = Counter.build("kilter_autoscaler_scalings", "Changes of replica counts that were written.")
                .labelNames("namespace", "inferencedeployment", "pool", "direction")
                .register(registry);
        writeFailures = Counter.build(
                        "kilter_autoscaler_write_failures", "Changes of replica counts that were not taken.")
                .labelNames("namespace", "inferencedeployment", "pool", "reason")
                .register(registry);
        lastTick = Gauge.build("kilter_autoscaler_last_tick_timestamp_seconds", "When the last tick ended.")
                .register(registry);
        ticks = Counter.build("kilter_autoscaler_ticks", "Ticks that ended.").register(registry);
    }

    private static Gauge deployment(String name, String help, CollectorRegistry registry) {
        return Gauge.build("kilter_autoscaler_" + name, help)
                .labelNames("namespace", "inferencedeployment")
                .register(registry);
    }

    static Gauge pool(String name, String help, CollectorRegistry registry) {
        return Gauge.build("kilter_autoscaler_" + name, help)
                .labelNames("namespace", "inferencedeployment", "pool")
                .register(registry);
    }

    @Override
    public void decided(Decided decided) {
        String namespace = decided.key().namespace();
        String name = decided.key().name();
        offered.labels(namespace, name).set(decided.demand().requestsPerSecond());
        available.labels(namespace, name).set(decided.demand().metricsAvailable() ? 1 : 0);
        decided.demand()
                .attainment()
                .ifPresent(value -> attainment.labels(namespace, name).set(value));
        for (PoolObservation pool : decided.observation().pools()) {
            ready.labels(namespace, name, pool.name()).set(pool.readyReplicas());
            gpus.set(pool.pods().gpus(), namespace, name, pool.name());
        }
        for (Decision.Pool pool : decided.decision().pools()) {
            desired.labels(namespace, name, pool.name()).set(pool.to());
            price(decided, pool.name())
                    .ifPresentOrElse(
                            each -> cost.labels(namespace, name, pool.name()).set(each * pool.to()),
                            () -> cost.remove(namespace, name, pool.name()));
        }
        decided.writes().forEach((pool, outcome) -> count(decided, pool, outcome));
        Set<String> now =
                decided.decision().pools().stream().map(Decision.Pool::name).collect(Collectors.toSet());
        Set<String> before = poolsOf.put(List.of(namespace, name), now);
        if (before != null) {
            before.stream().filter(pool -> !now.contains(pool)).forEach(pool -> removePool(namespace, name, pool));
        }
    }

    /** After each tick: takes away what was not decided in it. */
    public void ticked(List<Decided> all, Instant at) {
        ticks.inc();
        lastTick.set(at.toEpochMilli() / 1000.0);
        Set<List<String>> decided = all.stream()
                .map(d -> List.of(d.key().namespace(), d.key().name()))
                .collect(Collectors.toSet());
        poolsOf.entrySet().removeIf(known -> {
            boolean gone = !decided.contains(known.getKey());
            if (gone) {
                String namespace = known.getKey().getFirst();
                String name = known.getKey().getLast();
                known.getValue().forEach(pool -> removePool(namespace, name, pool));
                List.of(offered, attainment, available).forEach(gauge -> gauge.remove(namespace, name));
            }
            return gone;
        });
    }

    private void removePool(String namespace, String name, String pool) {
        desired.remove(namespace, name, pool);
        ready.remove(namespace, name, pool);
        cost.remove(namespace, name, pool);
        gpus.remove(namespace, name, pool);
    }

    private void count(Decided decided, String pool, ScaleWriter.Outcome outcome) {
        String namespace = decided.key().namespace();
        String name = decided.key().name();
        switch (outcome) {
            case ScaleWriter.Outcome.Written() ->
                scalings.labels(namespace, name, pool, direction(decided, pool)).inc();
            case ScaleWriter.Outcome.Conflict(String reason) ->
                writeFailures.labels(namespace, name, pool, "conflict").inc();
            case ScaleWriter.Outcome.Failed(String reason) ->
                writeFailures.labels(namespace, name, pool, "failed").inc();
        }
    }

    private static OptionalDouble price(Decided decided, String pool) {
        return decided.observation().pools().stream()
                .filter(observed -> observed.name().equals(pool))
                .map(PoolObservation::costPerReplicaHour)
                .findFirst()
                .orElse(OptionalDouble.empty());
    }

    private static String direction(Decided decided, String pool) {
        return decided.decision().pools().stream()
                .filter(p -> p.name().equals(pool))
                .map(p -> p.to() > p.from() ? "out" : "in")
                .findFirst()
                .orElse("");
    }
}
