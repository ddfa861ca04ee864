package dev.kilter.cli.load.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.kilter.cli.load.wire.WireRequest;
import dev.kilter.protocol.inference.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** How a request is written. */
public enum Dialect {
    /** Open Inference Protocol by REST, all in JSON. */
    REST,
    /** Open Inference Protocol by REST, tensors in binary, both ways. */
    BINARY,
    /** Open Inference Protocol by gRPC, raw contents. */
    GRPC,
    /** {@code POST /v1/predict}. */
    PREDICT;

    /** The request's bytes for that model. */
    WireRequest write(String model, List<InputTensor> inputs) {
        String path = "/v2/models/" + model + "/infer";
        return switch (this) {
            case REST -> json(path, infer(inputs, false));
            case BINARY -> binary(path, inputs);
            case GRPC -> grpc(model, inputs);
            case PREDICT -> json("/v1/predict", predict(model, inputs));
        };
    }

    private static WireRequest json(String path, JsonNode body) {
        return new WireRequest(
                path,
                Map.of("content-type", "application/json"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode infer(List<InputTensor> inputs, boolean binary) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ArrayNode array = request.putArray("inputs");
        for (InputTensor input : inputs) {
            ObjectNode node = array.addObject();
            node.put("name", input.name()).put("datatype", input.datatype().name());
            ArrayNode shape = node.putArray("shape");
            input.shape().forEach(shape::add);
            if (binary) {
                node.putObject("parameters").put("binary_data_size", input.raw().length);
            } else {
                Elements.toJson(input, node.putArray("data"));
            }
        }
        return request;
    }

    private static WireRequest binary(String path, List<InputTensor> inputs) {
        ObjectNode request = infer(inputs, true);
        request.putObject("parameters").put("binary_data_output", true);
        byte[] header = request.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header);
        inputs.forEach(input -> body.writeBytes(input.raw()));
        return new WireRequest(
                path,
                Map.of(
                        "content-type",
                        "application/octet-stream",
                        "inference-header-content-length",
                        Integer.toString(header.length)),
                body.toByteArray());
    }

    private static WireRequest grpc(String model, List<InputTensor> inputs) {
        byte[] message = message(model, inputs).toByteArray();
        // Not compressed, and its length: the prefix of every gRPC message.
        byte[] framed = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        return new WireRequest(
                "/inference.GRPCInferenceService/ModelInfer",
                Map.of("content-type", "application/grpc", "te", "trailers"),
                framed);
    }

    static ModelInferRequest message(String model, List<InputTensor> inputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
        for (InputTensor input : inputs) {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                    .setName(input.name())
                    .setDatatype(input.datatype().name())
                    .addAllShape(input.shape()));
            request.addRawInputContents(ByteString.copyFrom(input.raw()));
        }
        return request.build();
    }

    private static ObjectNode predict(String model, List<InputTensor> inputs) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("model", model);
        ArrayNode instances = request.putArray("instances");
        long batch = inputs.getFirst().shape().isEmpty()
                ? 1
                : inputs.getFirst().shape().getFirst();
        List<Iterator<JsonNode>> elements = inputs.stream()
                .map(input -> {
                    ArrayNode flat = JsonNodeFactory.instance.arrayNode();
                    Elements.toJson(input, flat);
                    return flat.elements();
                })
                .toList();
        for (long i = 0; i < batch; i++) {
            if (inputs.size() == 1) {
                instances.add(nested(inputs.getFirst().shape(), 1, elements.getFirst()));
            } else {
                ObjectNode instance = instances.addObject();
                for (int k = 0; k < inputs.size(); k++) {
                    instance.set(inputs.get(k).name(), nested(inputs.get(k).shape(), 1, elements.get(k)));
                }
            }
        }
        return request;
    }

    /** The next elements, as arrays in arrays from that dimension on. */
    private static JsonNode nested(List<Long> shape, int dimension, Iterator<JsonNode> elements) {
        if (dimension >= shape.size()) {
            return elements.next();
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (long i = 0; i < shape.get(dimension); i++) {
            array.add(nested(shape, dimension + 1, elements));
        }
        return array;
    }
}
