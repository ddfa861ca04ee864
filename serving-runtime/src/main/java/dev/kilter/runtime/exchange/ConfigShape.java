package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;

/**
 * A model as the configuration extension sees it: where every tensor starts with the batch dimension, that dimension is
 * left out and {@code maxBatchSize} tells how large it may be; otherwise {@code maxBatchSize} is 0 and shapes are
 * whole.
 *
 * @param instanceKind {@code KIND_CPU} or {@code KIND_GPU}
 * @param modelFilename what the file is called in a folder of models
 */
public record ConfigShape(
        String backend,
        int maxBatchSize,
        List<Item> inputs,
        List<Item> outputs,
        String instanceKind,
        String modelFilename) {

    /** @param dataType {@code TYPE_FP32}, …; texts are {@code TYPE_STRING} */
    public record Item(String name, String dataType, List<Long> dims) {}

    public static ConfigShape of(ServedModel model) {
        boolean batched = !model.inputs().isEmpty()
                && model.inputs().stream().allMatch(ConfigShape::isBatchOfTensors)
                && model.outputs().stream().allMatch(ConfigShape::isBatchOfTensors);
        int underscore = model.platform().indexOf('_');
        return new ConfigShape(
                underscore < 0 ? model.platform() : model.platform().substring(0, underscore),
                batched ? model.maxBatchSize() : 0,
                model.inputs().stream().map(spec -> item(spec, batched)).toList(),
                model.outputs().stream().map(spec -> item(spec, batched)).toList(),
                model.setup().provider().equals("CPU") ? "KIND_CPU" : "KIND_GPU",
                "model.onnx");
    }

    private static boolean isBatchOfTensors(TensorSpec spec) {
        return spec.shape().rank() > 1 && spec.shape().dimensions().getFirst() == -1;
    }

    private static Item item(TensorSpec spec, boolean batched) {
        List<Long> dimensions = spec.shape().dimensions();
        return new Item(
                spec.name(),
                spec.type() == DataType.BYTES ? "TYPE_STRING" : "TYPE_" + spec.type(),
                batched ? dimensions.subList(1, dimensions.size()) : dimensions);
    }
}
