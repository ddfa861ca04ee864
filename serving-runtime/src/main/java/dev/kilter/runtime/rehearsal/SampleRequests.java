package dev.kilter.runtime.rehearsal;

import dev.kilter.runtime.grpc.InferCall;
import dev.kilter.runtime.rest.InferCallBody;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The same inputs as requests of each protocol. */
final class SampleRequests {

    /** Larger ones take longer than a first request is late. */
    private static final int MOST_BYTES = 256 << 10;

    private static final String JSON = "Content-Type: application/json\r\n";

    private final ServedModel model;
    private final List<Tensor> inputs;

    SampleRequests(ServedModel model, List<Tensor> inputs) {
        this.model = model;
        this.inputs = inputs;
    }

    boolean tooLarge() {
        return inputs.stream().mapToLong(input -> input.data().remaining()).sum() > MOST_BYTES;
    }

    boolean jsonCarriesAll() {
        return Stream.concat(model.inputs().stream(), model.outputs().stream())
                .map(TensorSpec::type)
                .noneMatch(type -> type == DataType.FP16 || type == DataType.BF16);
    }

    /** An HTTP/1.1 request whose tensors are JSON. */
    byte[] json() {
        return post(infer(), JSON, InferCallBody.json(inputs).bytes());
    }

    /** An HTTP/1.1 request whose tensors follow the JSON as bytes. */
    byte[] binary() {
        InferCallBody body = InferCallBody.binary(inputs);
        return post(
                infer(),
                "Content-Type: application/octet-stream\r\nInference-Header-Content-Length: " + body.jsonLength()
                        + "\r\n",
                body.bytes());
    }

    /** A gRPC message in its frame. */
    byte[] grpc() {
        return InferCall.framed(model.name(), inputs);
    }

    /** Whether the values of an item are flat, as {@link #predict} writes them. */
    boolean flat() {
        return inputs.stream().allMatch(input -> input.shape().rank() <= 2);
    }

    /** An HTTP/1.1 request of the predict API. */
    byte[] predict() {
        String body = "{\"model\":\"" + model.name() + "\",\"instances\":[" + InferCallBody.instance(inputs) + "]}";
        return post("/v1/predict", JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private String infer() {
        return "/v2/models/" + model.name() + "/infer";
    }

    private static byte[] post(String path, String headers, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        return request.toByteArray();
    }
}
