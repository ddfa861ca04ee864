package dev.kilter.cli.load.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.runtime.tensor.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs that someone wrote: one or more JSON requests as {@code POST /v2/models/NAME/infer} takes them, one after
 * another.
 */
final class InputFile {

    private InputFile() {}

    /** @throws IllegalArgumentException naming the file, the request and what was expected */
    static List<List<InputTensor>> read(Path file) {
        List<List<InputTensor>> requests = new ArrayList<>();
        try (MappingIterator<JsonNode> all =
                new ObjectMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
            while (all.hasNextValue()) {
                JsonNode request = all.nextValue();
                try {
                    requests.add(inputs(request));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            file + ", request " + (requests.size() + 1) + ": " + e.getMessage(), e);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": " + e.getMessage() + " (expected: JSON requests with \"inputs\")", e);
        }
        if (requests.isEmpty()) {
            throw new IllegalArgumentException(file + ": empty (expected: at least one JSON request with \"inputs\")");
        }
        return requests;
    }

    private static List<InputTensor> inputs(JsonNode request) {
        List<InputTensor> inputs = new ArrayList<>();
        for (JsonNode input : request.path("inputs")) {
            String name = input.path("name").asText();
            DataType datatype = Signature.datatype(name, input.path("datatype").asText());
            List<Long> shape = new ArrayList<>();
            input.path("shape").forEach(dimension -> shape.add(dimension.asLong()));
            byte[] raw = Elements.ofJson(name, datatype, input.path("data"));
            long expected = InputTensor.elements(shape) * datatype.size();
            if (datatype != DataType.BYTES && raw.length != expected) {
                throw new IllegalArgumentException("data of input " + name + ": " + raw.length / datatype.size()
                        + " elements (expected: " + InputTensor.elements(shape) + " by its shape)");
            }
            inputs.add(new InputTensor(name, datatype, shape, raw));
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("inputs: none (expected: at least one)");
        }
        return inputs;
    }
}
