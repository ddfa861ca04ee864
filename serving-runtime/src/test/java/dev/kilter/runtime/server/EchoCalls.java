package dev.kilter.runtime.server;

import dev.kilter.network.Http2Wire;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The model {@code echo}, and requests to it in the bytes that clients send. */
final class EchoCalls {

    static final String INFER = "/v2/models/echo/infer";
    static final String STREAM = "/inference.GRPCInferenceService/ModelStreamInfer";
    static final String GOOD = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

    private EchoCalls() {}

    static FakeModelServer models() {
        return new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)));
    }

    /** Whether a good request is answered. A client that is slow only since this machine is busy tries again. */
    static boolean served(RunningEdge edge) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < patience) {
            try {
                return edge.post(INFER, GOOD).statusCode() == 200;
            } catch (UncheckedIOException e) {
                // closed before its request came
            }
        }
        return false;
    }

    /** What comes before a body of that length, over HTTP/1.1. */
    static String head(int length) {
        return "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** A whole request over HTTP/1.1. */
    static String post() {
        return post(GOOD);
    }

    static String post(String json) {
        return head(json.length()) + json;
    }

    /** A whole request over HTTP/2. */
    static byte[] post(int stream, String json) {
        return Http2Wire.concat(
                Http2Wire.frame(
                        Http2Wire.HEADERS,
                        Http2Wire.END_HEADERS,
                        stream,
                        Http2Wire.headers(headers(INFER, "application/json"))),
                Http2Wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, json.getBytes(StandardCharsets.UTF_8)));
    }

    /** The headers of a gRPC call, or of another POST, over HTTP/2. */
    static Map<String, String> headers(String path, String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", path);
        headers.put(":authority", "x");
        headers.put("content-type", type);
        headers.put("te", "trailers");
        return headers;
    }

    static Map<String, String> grpc() {
        return headers("/inference.GRPCInferenceService/ModelInfer", "application/grpc");
    }

    static ModelInferRequest request(String id) {
        return ModelInferRequest.newBuilder()
                .setModelName("echo")
                .setId(id)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(2)))
                .build();
    }

    /** A message in the frame that gRPC gives it. */
    static byte[] framed(boolean compressed, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) (compressed ? 1 : 0))
                .putInt(message.length)
                .put(message)
                .array();
    }
}
