package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.InferenceOutcome;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What is counted at the edge, as clients of this process see it. */
final class EdgeMetrics {

    private final Counter requests;
    private final Histogram seconds;
    private final Map<Labels, Series> series = new ConcurrentHashMap<>();

    private record Labels(String model, Protocol protocol, String outcome) {}

    /** Looked up once: a request's end is on the hot path. */
    private record Series(Counter.Child requests, Histogram.Child seconds) {}

    EdgeMetrics(CollectorRegistry registry, BodyBudget budget, HeldAnswers answers) {
        requests = Counter.build("kilter_runtime_requests_total", "Inference requests, by what became of them.")
                .labelNames("model", "protocol", "outcome")
                .register(registry);
        seconds = Histogram.build(
                        "kilter_runtime_request_duration_seconds",
                        "From the first byte of an inference request to its answer, as the process sees it.")
                .labelNames("model", "protocol", "outcome")
                .buckets(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
                .register(registry);
        bytes(registry, "body", "Held for the bodies and input tensors of requests.", budget::held);
        bytes(registry, "body_limit", "The most that is held; what does not fit is refused.", budget::limit);
        bytes(registry, "answer", "Held for answers that clients have not taken yet.", answers::held);
        bytes(registry, "answer_limit", "From which on no more is run; requests are refused.", answers::limit);
    }

    private static void bytes(CollectorRegistry registry, String what, String help, LongSupplier value) {
        Gauge.build("kilter_runtime_" + what + "_bytes", help)
                .create()
                .setChild(new Gauge.Child() {
                    @Override
                    public double get() {
                        return (double) value.getAsLong();
                    }
                })
                .register(registry);
    }

    void finished(String model, Protocol protocol, InferenceOutcome outcome, long nanos) {
        Series of = series.computeIfAbsent(new Labels(model, protocol, label(outcome)), this::series);
        of.requests().inc();
        of.seconds().observe(nanos / 1e9);
    }

    private Series series(Labels labels) {
        String[] values = {labels.model(), labels.protocol().label(), labels.outcome()};
        return new Series(requests.labels(values), seconds.labels(values));
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
