package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.batch.BatchListener;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What Prometheus sees of the models; described in docs/metrics.md. */
final class RuntimeMetrics {

    private static final double[] SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };

    private final Counter refusals;
    private final Counter failedBatches;
    private final Counter isolatedRequests;
    private final Counter hungBatches;
    private final Histogram batchSize;
    private final Histogram queueTime;
    private final Histogram window;
    private final Histogram engineTime;
    private final Histogram timeRatio;

    RuntimeMetrics(ModelServer models, CollectorRegistry registry) {
        refusals = Counter.build("kilter_runtime_refusals_total", "Requests of which nothing was run, by the reason.")
                .labelNames("model", "reason")
                .register(registry);
        failedBatches = Counter.build("kilter_runtime_failed_batches_total", "Batches that failed in the engine.")
                .labelNames("model", "variant")
                .register(registry);
        isolatedRequests = Counter.build(
                        "kilter_runtime_isolated_requests_total", "Requests run alone after their batch failed.")
                .labelNames("model", "variant")
                .register(registry);
        hungBatches = Counter.build("kilter_runtime_hung_batches_total", "Batches that did not come back.")
                .labelNames("model", "variant")
                .register(registry);
        batchSize = Histogram.build("kilter_runtime_batch_size", "Items in a batch.")
                .labelNames("model", "variant")
                .buckets(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
                .register(registry);
        queueTime = Histogram.build(
                        "kilter_runtime_queue_seconds", "From the arrival of a batch's first request to its start.")
                .labelNames("model", "variant")
                .buckets(SECONDS)
                .register(registry);
        window = Histogram.build(
                        "kilter_runtime_batch_window_seconds",
                        "How long a batch waited for company while an engine was free.")
                .labelNames("model", "variant")
                .buckets(SECONDS)
                .register(registry);
        timeRatio = Histogram.build(
                        "kilter_runtime_batch_time_ratio", "Time of a batch over what was expected when it started.")
                .labelNames("model", "variant")
                .buckets(0.5, 0.75, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 4, 8)
                .register(registry);
        engineTime = Histogram.build("kilter_runtime_engine_seconds", "Time of a batch in the engine.")
                .labelNames("model", "variant")
                .buckets(SECONDS)
                .register(registry);
        registry.register(new Gauges(models));
    }

    /** Counts the outcome if it is a refusal; the edge counts requests. */
    void answered(String model, InferenceOutcome outcome) {
        switch (outcome) {
            case InferenceOutcome.Refused refused ->
                count(model, refused.reason().name().toLowerCase(Locale.ROOT));
            case InferenceOutcome.Unavailable _ -> count(model, "unavailable");
            case InferenceOutcome.Expired _ -> count(model, "expired");
            case InferenceOutcome.Cancelled _ -> count(model, "cancelled");
            case InferenceOutcome.Answered _,
                    InferenceOutcome.Invalid _,
                    InferenceOutcome.NotFound _,
                    InferenceOutcome.Failed _ -> {}
        }
    }

    private void count(String model, String reason) {
        refusals.labels(model, reason).inc();
    }

    /** What the engine threads of that model tell their batches to. */
    BatchListener listener(String model) {
        Map<String, OfVariant> known = new ConcurrentHashMap<>();
        return new BatchListener() {
            @Override
            public void ran(Run run) {
                OfVariant variant = known.computeIfAbsent(run.variant(), name -> new OfVariant(model, name));
                variant.batchSize.observe(run.items());
                variant.queueTime.observe(run.queueNanos() / 1e9);
                variant.window.observe(run.windowNanos() / 1e9);
                variant.engineTime.observe(run.times().infer() / 1e9);
                if (run.expectedNanos() > 0) {
                    variant.timeRatio.observe((double) run.times().total() / run.expectedNanos());
                }
            }

            @Override
            public void failed(String variant) {
                failedBatches.labels(model, variant).inc();
            }

            @Override
            public void isolated(String variant, int requests) {
                isolatedRequests.labels(model, variant).inc(requests);
            }

            @Override
            public void hung(String variant) {
                hungBatches.labels(model, variant).inc();
            }
        };
    }

    /** The series of one variant, found once: a look-up by labels costs as much as all of these. */
    private final class OfVariant {
        private final Histogram.Child batchSize;
        private final Histogram.Child queueTime;
        private final Histogram.Child window;
        private final Histogram.Child engineTime;
        private final Histogram.Child timeRatio;

        OfVariant(String model, String variant) {
            batchSize = RuntimeMetrics.this.batchSize.labels(model, variant);
            queueTime = RuntimeMetrics.this.queueTime.labels(model, variant);
            window = RuntimeMetrics.this.window.labels(model, variant);
            engineTime = RuntimeMetrics.this.engineTime.labels(model, variant);
            timeRatio = RuntimeMetrics.this.timeRatio.labels(model, variant);
        }
    }

    /** What is read when Prometheus asks. */
    private static final class Gauges extends Collector {
        private final ModelServer models;

        Gauges(ModelServer models) {
            this.models = models;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            List<String> model = List.of("model");
            GaugeMetricFamily ready =
                    new GaugeMetricFamily("kilter_runtime_ready", "1 while every model is ready.", List.of());
            GaugeMetricFamily queued =
                    new GaugeMetricFamily("kilter_runtime_queue_requests", "Requests that wait.", model);
            GaugeMetricFamily running =
                    new GaugeMetricFamily("kilter_runtime_running_requests", "Requests in an engine.", model);
            GaugeMetricFamily version = new GaugeMetricFamily(
                    "kilter_runtime_operating_point_version", "Version in force; 0 is the pod's default.", model);
            GaugeMetricFamily largest = new GaugeMetricFamily(
                    "kilter_runtime_operating_point_max_batch_size", "Largest batch in force, items.", model);
            GaugeMetricFamily info = new GaugeMetricFamily(
                    "kilter_runtime_model_info",
                    "1; the labels tell what answers now, and whether it is emulated.",
                    List.of("model", "variant", "digest", "emulated"));
            GaugeMetricFamily learned = new GaugeMetricFamily(
                    "kilter_runtime_learned_batch_seconds",
                    "What a batch is learnt to take now.",
                    List.of("model", "variant", "batch_size", "statistic"));
            CounterMetricFamily degraded = new CounterMetricFamily(
                    "kilter_runtime_degraded_requests", "Requests that a lesser variant answered.", model);
            RuntimeLoad load = models.load();
            ready.addMetric(List.of(), load.ready() ? 1 : 0);
            for (RuntimeLoad.Model each : load.models()) {
                List<String> name = List.of(each.name());
                queued.addMetric(name, (double) each.queued());
                running.addMetric(name, (double) each.running());
                degraded.addMetric(name, (double) each.degraded());
                version.addMetric(name, (double) each.operatingPoint().version());
                largest.addMetric(name, each.operatingPoint().maxBatchSize());
                for (RuntimeLoad.CurvePoint curve : each.curve()) {
                    List<String> size = List.of(each.name(), each.activeVariant(), Integer.toString(curve.batchSize()));
                    learned.addMetric(with(size, "mean"), curve.meanMillis() / 1e3);
                    learned.addMetric(with(size, "p99"), curve.p99Millis() / 1e3);
                }
                info.addMetric(
                        List.of(each.name(), each.activeVariant(), each.digest(), Boolean.toString(load.emulated())),
                        1);
            }
            return List.of(ready, queued, running, degraded, version, largest, info, learned);
        }

        private static List<String> with(List<String> labels, String last) {
            List<String> all = new ArrayList<>(labels);
            all.add(last);
            return all;
        }
    }
}
