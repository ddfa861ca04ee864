package dev.kilter.runtime.model;

import dev.kilter.runtime.engine.LoadedModel;
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

    /**
     * Checks; the usual case, a call that fits, makes no garbage to speak of.
     *
     * @param maxItems largest dimension 0 of one request
     */
    static InputCheck of(InferenceCall call, LoadedModel model, int maxItems) {
        Signature signature = model.signature();
        List<Tensor> inputs = inOrder(call.inputs(), signature.inputs());
        if (inputs.isEmpty() || !fits(inputs, signature.inputs()) || !known(call.outputs(), signature.outputs())) {
            return new Faulty(faults(call, signature));
        }
        if (!signature.batchable()) {
            return new Fits(inputs, 1, model.batchKey(inputs));
        }
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
        return new Fits(inputs, (int) items, model.batchKey(inputs));
    }

    /** The tensors in the signature's order; empty if one is missing, unknown or given twice. */
    private static List<Tensor> inOrder(List<Tensor> given, List<TensorSpec> wanted) {
        if (given.size() != wanted.size()) {
            return List.of();
        }
        Tensor[] ordered = new Tensor[wanted.size()];
        for (int i = 0; i < ordered.length; i++) {
            for (int j = 0; j < ordered.length; j++) {
                if (given.get(j).name().equals(wanted.get(i).name())) {
                    ordered[i] = given.get(j);
                }
            }
            if (ordered[i] == null) {
                return List.of();
            }
        }
        return List.of(ordered);
    }

    private static boolean fits(List<Tensor> inputs, List<TensorSpec> specs) {
        for (int i = 0; i < specs.size(); i++) {
            Tensor tensor = inputs.get(i);
            TensorSpec spec = specs.get(i);
            if (tensor.type() != spec.type() || !fits(tensor.shape(), spec.shape()) || !rightBytes(tensor)) {
                return false;
            }
        }
        return true;
    }

    private static boolean known(List<String> asked, List<TensorSpec> outputs) {
        for (String name : asked) {
            if (outputs.stream().noneMatch(output -> output.name().equals(name))) {
                return false;
            }
        }
        return true;
    }

    private static boolean rightBytes(Tensor tensor) {
        return tensor.type() == DataType.BYTES
                || tensor.data().remaining()
                        == tensor.shape().elements() * tensor.type().size();
    }

    /** All of them. */
    private static String faults(InferenceCall call, Signature signature) {
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
        for (TensorSpec spec : signature.inputs()) {
            Tensor tensor = given.get(spec.name());
            if (tensor == null) {
                faults.add("inputs[" + spec.name() + "]: missing (expected: " + spec.type() + " " + spec.shape() + ")");
            } else {
                faults(tensor, spec, faults);
            }
        }
        List<String> outputs =
                signature.outputs().stream().map(TensorSpec::name).toList();
        for (String asked : call.outputs()) {
            if (!outputs.contains(asked)) {
                faults.add("outputs[" + asked + "]: unknown (expected: " + outputs + ")");
            }
        }
        return String.join("; ", faults);
    }

    private static void faults(Tensor tensor, TensorSpec spec, List<String> faults) {
        String at = "inputs[" + tensor.name() + "]";
        if (tensor.type() != spec.type()) {
            faults.add(at + ".datatype: " + tensor.type() + " (expected: " + spec.type() + ")");
        }
        if (!fits(tensor.shape(), spec.shape())) {
            faults.add(at + ".shape: " + tensor.shape() + " (expected: " + spec.shape() + ")");
        } else if (!rightBytes(tensor)) {
            long bytes = tensor.shape().elements() * tensor.type().size();
            faults.add(at + ".data: " + tensor.data().remaining() + " bytes (expected: " + bytes + " for "
                    + tensor.type() + " " + tensor.shape() + ")");
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
