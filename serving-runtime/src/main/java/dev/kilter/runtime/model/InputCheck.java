package dev.kilter.runtime.model;

import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds a call against the model's signature, before admission. */
sealed interface InputCheck {

    /**
     * The call fits.
     *
     * @param inputs in the signature's order
     * @param items dimension 0; 1 where the model takes no batches
     * @param batchKey equal for calls that may share a batch
     */
    record Fits(List<Tensor> inputs, int items, Object batchKey) implements InputCheck {}

    /** It does not; every fault at once. */
    record Faulty(String message) implements InputCheck {}

    /** @param maxItems largest dimension 0 of one request */
    static InputCheck of(InferenceCall call, Signature signature, int maxItems) {
        List<String> faults = new ArrayList<>();
        Map<String, Tensor> given = new HashMap<>();
        List<String> expected =
                signature.inputs().stream().map(TensorSpec::name).toList();
        for (Tensor tensor : call.inputs()) {
            if (!expected.contains(tensor.name())) {
                faults.add("inputs[" + tensor.name() + "]: unknown (expected: " + expected + ")");
            } else if (given.put(tensor.name(), tensor) != null) {
                faults.add("inputs[" + tensor.name() + "]: twice (expected: once)");
            }
        }
        List<Tensor> inputs = new ArrayList<>();
        for (TensorSpec spec : signature.inputs()) {
            Tensor tensor = given.get(spec.name());
            if (tensor == null) {
                faults.add("inputs[" + spec.name() + "]: missing (expected: " + spec.type() + " " + spec.shape() + ")");
            } else {
                faults(tensor, spec, faults);
                inputs.add(tensor);
            }
        }
        List<String> outputs =
                signature.outputs().stream().map(TensorSpec::name).toList();
        for (String asked : call.outputs()) {
            if (!outputs.contains(asked)) {
                faults.add("outputs[" + asked + "]: unknown (expected: " + outputs + ")");
            }
        }
        if (!faults.isEmpty()) {
            return new Faulty(String.join("; ", faults));
        }
        return signature.batchable() ? batch(inputs, maxItems) : new Fits(inputs, 1, new Object());
    }

    private static InputCheck batch(List<Tensor> inputs, int maxItems) {
        long items = inputs.getFirst().shape().dimensions().getFirst();
        for (Tensor input : inputs) {
            long own = input.shape().dimensions().getFirst();
            if (own != items) {
                return new Faulty("inputs[" + input.name() + "].shape[0]: " + own + " (expected: " + items + " as in "
                        + inputs.getFirst().name() + ")");
            }
        }
        if (items < 1 || items > maxItems) {
            return new Faulty("inputs[" + inputs.getFirst().name() + "].shape[0]: " + items + " (expected: 1.."
                    + maxItems + ", the largest batch of this model; send several requests)");
        }
        List<List<Long>> perItem = inputs.stream()
                .map(input ->
                        input.shape().dimensions().subList(1, input.shape().rank()))
                .toList();
        return new Fits(inputs, (int) items, perItem);
    }

    private static void faults(Tensor tensor, TensorSpec spec, List<String> faults) {
        String at = "inputs[" + tensor.name() + "]";
        if (tensor.type() != spec.type()) {
            faults.add(at + ".datatype: " + tensor.type() + " (expected: " + spec.type() + ")");
        }
        if (!fits(tensor.shape(), spec.shape())) {
            faults.add(at + ".shape: " + tensor.shape() + " (expected: " + spec.shape() + ")");
        } else if (tensor.type() != DataType.BYTES) {
            long bytes = tensor.shape().elements() * tensor.type().size();
            if (tensor.data().remaining() != bytes) {
                faults.add(at + ".data: " + tensor.data().remaining() + " bytes (expected: " + bytes + " for "
                        + tensor.type() + " " + tensor.shape() + ")");
            }
        }
    }

    private static boolean fits(Shape shape, Shape pattern) {
        if (shape.rank() != pattern.rank()) {
            return false;
        }
        for (int i = 0; i < shape.rank(); i++) {
            long wanted = pattern.dimensions().get(i);
            long own = shape.dimensions().get(i);
            if (own < 0 || (wanted != -1 && wanted != own)) {
                return false;
            }
        }
        return true;
    }
}
