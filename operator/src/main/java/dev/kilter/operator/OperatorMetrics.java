package dev.kilter.operator;

import dev.kilter.operator.apply.WriteCounter;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.util.Collections;
import java.util.List;

/** What the operator counts; {@code docs/metrics.md} lists it. */
public final class OperatorMetrics implements Metrics, WriteCounter {

    private final CollectorRegistry registry = new CollectorRegistry();

    private final Counter writes = Counter.build()
            .name("kilter_operator_writes")
            .help("Writes to the API server, by kind and verb; stands still at rest.")
            .labelNames("kind", "verb")
            .register(registry);

    private final Counter reconciles = Counter.build()
            .name("kilter_operator_reconciles")
            .help("Reconciles, by controller and outcome.")
            .labelNames("controller", "outcome")
            .register(registry);

    private final Histogram seconds = Histogram.build()
            .name("kilter_operator_reconcile_seconds")
            .help("Time of a reconcile, by controller.")
            .labelNames("controller")
            .buckets(0.01, 0.03, 0.1, 0.3, 1, 3, 10)
            .register(registry);

    /** All series. */
    public CollectorRegistry registry() {
        return registry;
    }

    @Override
    public void wrote(String kind, String verb) {
        writes.labels(kind, verb).inc();
    }

    /** All writes so far, but for those of these kinds. */
    double allWrites(String... leftOut) {
        return sum(writes, leftOut);
    }

    /** All reconciles so far. */
    double allReconciles() {
        return sum(reconciles);
    }

    private static double sum(Counter counter, String... leftOut) {
        return counter.collect().stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.endsWith("_total"))
                .filter(sample -> Collections.disjoint(sample.labelValues, List.of(leftOut)))
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        Histogram.Timer timer = seconds.labels(execution.controllerName()).startTimer();
        try {
            T result = execution.execute();
            reconciles.labels(execution.controllerName(), "success").inc();
            return result;
        } catch (Exception e) {
            reconciles.labels(execution.controllerName(), "failure").inc();
            throw e;
        } finally {
            timer.observeDuration();
        }
    }
}
