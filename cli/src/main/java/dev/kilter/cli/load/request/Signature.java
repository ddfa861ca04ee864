package dev.kilter.cli.load.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kilter.protocol.inference.ModelMetadataResponse;
import dev.kilter.runtime.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/** What a model takes. */
public record Signature(List<Input> inputs) {

    /** @param shape -1: variable */
    public record Input(String name, DataType datatype, List<Long> shape) {
        public Input {
            shape = List.copyOf(shape);
        }
    }

    public Signature {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("metadata.inputs: none (expected: at least one)");
        }
    }

    /** From the answer of {@code GET /v2/models/NAME}. */
    public static Signature of(JsonNode metadata) {
        List<Input> inputs = new ArrayList<>();
        for (JsonNode input : metadata.path("inputs")) {
            List<Long> shape = new ArrayList<>();
            input.path("shape").forEach(dimension -> shape.add(dimension.asLong()));
            String name = input.path("name").asText();
            inputs.add(new Input(name, datatype(name, input.path("datatype").asText()), shape));
        }
        return new Signature(inputs);
    }

    /** From the answer of {@code ModelMetadata}. */
    public static Signature of(ModelMetadataResponse metadata) {
        return new Signature(metadata.getInputsList().stream()
                .map(input -> new Input(
                        input.getName(), datatype(input.getName(), input.getDatatype()), input.getShapeList()))
                .toList());
    }

    static DataType datatype(String input, String name) {
        return DataType.of(name)
                .orElseThrow(() -> new IllegalArgumentException("datatype of input " + input + ": " + name
                        + " (expected: one of the Open Inference Protocol, such as FP32)"));
    }
}
