package dev.kilter.gateway.counting;

import dev.kilter.gateway.routing.ModelRoute;
import dev.kilter.gateway.routing.Outcome;
import dev.kilter.gateway.routing.Pool;
import dev.kilter.protocol.GatewayLoad;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The same counters in Prometheus' words; read when scraped, nothing is counted twice. */
public final class PrometheusCounters extends Collector {

    private static final String PREFIX = "kilter_gateway_";
    private static final List<String> BY_MODEL = List.of("model");
    private static final List<String> BY_POOL = List.of("model", "pool");

    private final Ledger ledger;

    public PrometheusCounters(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Collection<ModelRoute> models = ledger.routing().models();
        return List.of(
                byModel("offered", "Requests that arrived for the model.", models, ModelCounters::offeredCount),
                outcomes(models),
                byModel(
                        "within_slo",
                        "Requests answered well within the objective.",
                        models,
                        ModelCounters::withinSloCount),
                byModel("retries", "Requests sent to one more pod.", models, ModelCounters::retriedCount),
                latency(models),
                objective(models),
                lesserLeft(models),
                byPool("outstanding_requests", "Requests sent and not yet answered.", models, Pool::outstanding),
                byPool(
                        "ready_pods",
                        "Pods that take new requests.",
                        models,
                        p -> p.ready().size()),
                poolOutcomes(models),
                new CounterMetricFamily(
                        PREFIX + "unrouted", "Requests that named no model that is routed.", ledger.unroutedCount()));
    }

    private CounterMetricFamily byModel(
            String name, String help, Collection<ModelRoute> models, ToDoubleFunction<ModelCounters> value) {
        CounterMetricFamily family = new CounterMetricFamily(PREFIX + name, help, BY_MODEL);
        models.forEach(m -> family.addMetric(List.of(m.name()), value.applyAsDouble(ledger.of(m))));
        return family;
    }

    private CounterMetricFamily outcomes(Collection<ModelRoute> models) {
        CounterMetricFamily family = new CounterMetricFamily(
                PREFIX + "requests", "Requests that ended, by what became of them.", List.of("model", "outcome"));
        for (ModelRoute model : models) {
            for (Verdict verdict : Verdict.values()) {
                family.addMetric(List.of(model.name(), verdict.name().toLowerCase(Locale.ROOT)), (double)
                        ledger.of(model).count(verdict));
            }
        }
        return family;
    }

    private static CounterMetricFamily poolOutcomes(Collection<ModelRoute> models) {
        CounterMetricFamily family = new CounterMetricFamily(
                PREFIX + "pool_requests",
                "Requests that ended at a pool, by how that stands to the objective.",
                List.of("model", "pool", "outcome"));
        for (ModelRoute model : models) {
            for (Pool pool : model.pools()) {
                for (Outcome outcome : Outcome.values()) {
                    family.addMetric(
                            List.of(model.name(), pool.name(), outcome.name().toLowerCase(Locale.ROOT)),
                            (double) pool.count(outcome));
                }
            }
        }
        return family;
    }

    private MetricFamilySamples latency(Collection<ModelRoute> models) {
        String name = PREFIX + "latency_seconds";
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        for (ModelRoute model : models) {
            LatencyHistogram latency = ledger.of(model).latency();
            List<GatewayLoad.Bucket> buckets = latency.cumulative();
            for (GatewayLoad.Bucket bucket : buckets) {
                double bound = bucket.upToMillis() > 0 ? bucket.upToMillis() / 1e3 : Double.POSITIVE_INFINITY;
                samples.add(new MetricFamilySamples.Sample(
                        name + "_bucket",
                        List.of("model", "le"),
                        List.of(model.name(), doubleToGoString(bound)),
                        bucket.count()));
            }
            List<String> labels = List.of(model.name());
            samples.add(new MetricFamilySamples.Sample(
                    name + "_count", BY_MODEL, labels, buckets.getLast().count()));
            samples.add(new MetricFamilySamples.Sample(name + "_sum", BY_MODEL, labels, latency.totalSeconds()));
        }
        return new MetricFamilySamples(
                name,
                Type.HISTOGRAM,
                "From a request's arrival to the last byte of its answer, of those answered well.",
                samples);
    }

    private GaugeMetricFamily objective(Collection<ModelRoute> models) {
        GaugeMetricFamily family = new GaugeMetricFamily(PREFIX + "slo_seconds", "The p99 objective.", BY_MODEL);
        models.forEach(m -> family.addMetric(List.of(m.name()), m.sloMillis() / 1e3));
        return family;
    }

    private GaugeMetricFamily lesserLeft(Collection<ModelRoute> models) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                PREFIX + "lesser_answers_left", "Requests that lesser variants may still answer now.", BY_MODEL);
        models.forEach(m -> ledger.lesserLeft(m).ifPresent(left -> family.addMetric(List.of(m.name()), left)));
        return family;
    }

    private GaugeMetricFamily byPool(
            String name, String help, Collection<ModelRoute> models, ToDoubleFunction<Pool> value) {
        GaugeMetricFamily family = new GaugeMetricFamily(PREFIX + name, help, BY_POOL);
        models.forEach(m ->
                m.pools().forEach(p -> family.addMetric(List.of(m.name(), p.name()), value.applyAsDouble(p))));
        return family;
    }
}
