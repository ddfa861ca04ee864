package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.InferenceOutcome;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What is counted at the edge, as clients of this process see it. */
final class EdgeMetrics {

    private final Counter requests;
    private final Histogram seconds;

    EdgeMetrics(CollectorRegistry registry) {
        requests = Counter.build("kilter_runtime_requests_total", "Inference requests, by what became of them.")
                .labelNames("model", "protocol", "outcome")
                .register(registry);
        seconds = Histogram.build(
                        "kilter_runtime_request_duration_seconds",
                        "From the first byte of an inference request to its answer, as the process sees it.")
                .labelNames("model", "protocol", "outcome")
                .buckets(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
                .register(registry);
    }

    void finished(String model, Protocol protocol, InferenceOutcome outcome, long nanos) {
        String[] labels = {model, protocol.label(), label(outcome)};
        requests.labels(labels).inc();
        seconds.labels(labels).observe(nanos / 1e9);
    }

    private static String label(InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Answered _ -> "answered";
            case InferenceOutcome.Invalid _ -> "invalid";
            case InferenceOutcome.NotFound _ -> "not_found";
            case InferenceOutcome.Refused _ -> "refused";
            case InferenceOutcome.Unavailable _ -> "unavailable";
            case InferenceOutcome.Expired _ -> "expired";
            case InferenceOutcome.Cancelled _ -> "cancelled";
            case InferenceOutcome.Failed _ -> "failed";
        };
    }
}
