package dev.kilter.runtime.rest;

import dev.kilter.runtime.exchange.ConfigShape;
import dev.kilter.runtime.serving.ServedModel;
import java.util.List;
import java.util.Map;

/** The answer to {@code GET /v2/models/{model}/config}: of the model configuration extension, what clients read. */
record ConfigView(
        String name,
        String platform,
        String backend,
        int maxBatchSize,
        List<TensorView> input,
        List<TensorView> output,
        Map<String, Object> dynamicBatching) {

    /** A tensor of the signature, without the batch dimension. */
    record TensorView(String name, String dataType, List<Long> dims) {}

    static ConfigView of(ServedModel model) {
        ConfigShape config = ConfigShape.of(model);
        return new ConfigView(
                model.name(),
                model.platform(),
                config.backend(),
                config.maxBatchSize(),
                tensors(config.inputs()),
                tensors(config.outputs()),
                Map.of());
    }

    private static List<TensorView> tensors(List<ConfigShape.Item> items) {
        return items.stream()
                .map(item -> new TensorView(item.name(), item.dataType(), item.dims()))
                .toList();
    }
}
