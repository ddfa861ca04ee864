package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;

/**
 * What a model takes and gives.
 *
 * @param inputs at least one
 * @param outputs at least one, in the order of answers
 */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether requests may be joined along dimension 0: it varies in every input and every output. */
    public boolean batchable() {
        return inputs.stream().allMatch(Signature::startsWithBatch)
                && outputs.stream().allMatch(Signature::startsWithBatch);
    }

    private static boolean startsWithBatch(TensorSpec spec) {
        return spec.shape().rank() > 0 && spec.shape().dimensions().getFirst() == -1;
    }
}
