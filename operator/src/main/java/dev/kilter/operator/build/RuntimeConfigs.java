package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.Embedding;
import dev.kilter.api.v1alpha1.Tasks;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.protocol.RuntimeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a pod of a configuration is told. */
final class RuntimeConfigs {

    private RuntimeConfigs() {}

    /** @param model the name in requests: the InferenceDeployment's */
    static RuntimeConfig of(String model, Configuration configuration) {
        RuntimeConfig.Model served = new RuntimeConfig.Model(
                model,
                configuration.task(),
                configuration.variants().stream().map(RuntimeConfigs::variant).toList(),
                configuration.operatingPoint().variant(),
                configuration.operatingPoint().maxBatchSize(),
                Optional.ofNullable(configuration.operatingPoint().maxDelay())
                        .map(delay -> millis("operatingPoint.maxDelay", delay)),
                Optional.ofNullable(configuration.slo())
                        .map(slo -> millis("slo.latency.p99", slo.latency().p99())),
                embedding(configuration));
        return new RuntimeConfig(
                List.of(served),
                new RuntimeConfig.Engine(
                        configuration.provider(),
                        configuration.engine().instances(),
                        configuration.engine().threads()));
    }

    private static RuntimeConfig.Variant variant(Variant variant) {
        return new RuntimeConfig.Variant(
                variant.name(), variant.uri(), Optional.ofNullable(variant.digest()), variant.precision());
    }

    private static Optional<RuntimeConfig.Embedding> embedding(Configuration configuration) {
        if (!configuration.task().equals(Tasks.TEXT_EMBEDDING)) {
            return Optional.empty();
        }
        Embedding embedding = configuration.embedding() == null ? Embedding.byDefault() : configuration.embedding();
        return Optional.of(new RuntimeConfig.Embedding(
                Optional.ofNullable(embedding.tokenizer()).map(Embedding.Tokenizer::uri),
                embedding.pooling(),
                embedding.normalize(),
                embedding.maxTokens()));
    }

    static double millis(String field, String duration) {
        Duration parsed = DurationText.parse(field, duration);
        return parsed.toNanos() / 1e6;
    }
}
