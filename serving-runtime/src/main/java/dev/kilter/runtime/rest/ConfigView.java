package dev.kilter.runtime.rest;

import dev.kilter.runtime.exchange.ConfigShape;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.VersionPolicy;
import java.util.List;
import java.util.Map;

/**
 * The answer to {@code GET /v2/models/{model}/config}: of the model configuration extension, what says something of a
 * model here. What Kilter does not have is left out: no sequences, no ensembles, no response cache.
 */
record ConfigView(
        String name,
        String platform,
        String backend,
        Map<String, Object> versionPolicy,
        int maxBatchSize,
        List<TensorView> input,
        List<TensorView> output,
        List<InstanceGroupView> instanceGroup,
        String defaultModelFilename,
        DynamicBatchingView dynamicBatching,
        TransactionPolicyView modelTransactionPolicy) {

    /** A tensor of the signature, without the batch dimension. */
    record TensorView(String name, String dataType, List<Long> dims) {}

    record InstanceGroupView(String name, String kind, int count) {}

    record DynamicBatchingView(List<Integer> preferredBatchSize, long maxQueueDelayMicroseconds) {}

    record TransactionPolicyView(boolean decoupled) {}

    static ConfigView of(ServedModel model) {
        ConfigShape config = ConfigShape.of(model);
        ServedModel.Setup setup = model.setup();
        return new ConfigView(
                model.name(),
                model.platform(),
                config.backend(),
                policy(setup.versionPolicy()),
                config.maxBatchSize(),
                tensors(config.inputs()),
                tensors(config.outputs()),
                List.of(new InstanceGroupView(model.name() + "_0", config.instanceKind(), setup.instances())),
                config.modelFilename(),
                new DynamicBatchingView(List.of(), setup.maxDelayMicros().orElse(0L)),
                new TransactionPolicyView(false));
    }

    private static Map<String, Object> policy(VersionPolicy policy) {
        return switch (policy) {
            case VersionPolicy.Latest latest -> Map.of("latest", Map.of("num_versions", latest.versions()));
            case VersionPolicy.All _ -> Map.of("all", Map.of());
            case VersionPolicy.Specific specific -> Map.of("specific", Map.of("versions", specific.versions()));
        };
    }

    private static List<TensorView> tensors(List<ConfigShape.Item> items) {
        return items.stream()
                .map(item -> new TensorView(item.name(), item.dataType(), item.dims()))
                .toList();
    }
}
