package dev.kilter.gateway;

import dev.kilter.gateway.proxy.BodyBudget;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** What the bodies in memory look like to Prometheus. Not by model: which one a refused body was for is not known. */
final class BodyMetrics extends Collector {

    private final BodyBudget bodies;

    BodyMetrics(BodyBudget bodies) {
        this.bodies = bodies;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CounterMetricFamily refused = new CounterMetricFamily(
                "kilter_gateway_bodies_refused",
                "Requests refused and answers given up because they did not fit beside the others.",
                List.of("of"));
        refused.addMetric(List.of("request"), (double) bodies.refusedRequests());
        refused.addMetric(List.of("answer"), (double) bodies.droppedAnswers());
        return List.of(
                new GaugeMetricFamily(
                        "kilter_gateway_body_bytes", "Of requests and answers, held now.", (double) bodies.heldBytes()),
                new GaugeMetricFamily("kilter_gateway_body_bytes_limit", "Held at most.", (double) bodies.maxBytes()),
                refused);
    }
}
