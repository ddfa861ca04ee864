package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.Shape;
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
        return startWithBatch(inputs) && startWithBatch(outputs);
    }

    /** Asked several times a request, so without a stream. */
    private static boolean startWithBatch(List<TensorSpec> specs) {
        for (int i = 0; i < specs.size(); i++) {
            Shape shape = specs.get(i).shape();
            if (shape.rank() == 0 || shape.dimensions().getFirst() != -1) {
                return false;
            }
        }
        return true;
    }
}
