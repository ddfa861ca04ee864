package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One request, three ways in: what reaches the models, and what comes back, must not depend on the way. */
class SameTensorsTest {

    private static final byte[] TEXT = "grüß dich".getBytes(StandardCharsets.UTF_8);

    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(new FakeModelServer()
                .with(
                        "m",
                        new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)),
                        new TensorSpec("text", DataType.BYTES, Shape.of(-1)))
                .with("one", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void jsonBinaryAndGrpcBringTheSameTensors() {
        byte[] floats = bytes(16)
                .putFloat(1)
                .putFloat(0.1f)
                .putFloat(-3e20f)
                .putFloat(0)
                .array();
        byte[] texts = bytes(4 + TEXT.length + 4)
                .putInt(TEXT.length)
                .put(TEXT)
                .putInt(0)
                .array();

        edge.post(
                "/v2/models/m/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,0.1],[-3e20,0]]},"
                        + "{\"name\":\"text\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"grüß dich\",\"\"]}]}");

        byte[] json =
                ("{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":16}},"
                                + "{\"name\":\"text\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":"
                                + texts.length + "}}]}")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] body = bytes(json.length + floats.length + texts.length)
                .put(json)
                .put(floats)
                .put(texts)
                .array();
        edge.postBytes("/v2/models/m/infer", body, "Inference-Header-Content-Length", Integer.toString(json.length));

        ModelInferRequest.Builder raw = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input("x", "FP32", 2, 2))
                .addInputs(input("text", "BYTES", 2))
                .addRawInputContents(ByteString.copyFrom(floats))
                .addRawInputContents(ByteString.copyFrom(texts));
        GRPCInferenceServiceBlockingStub grpc = edge.grpc(GRPCInferenceServiceBlockingStub.class);
        ModelInferResponse response = grpc.modelInfer(raw.build());
        ModelInferRequest.Builder typed = raw.clone().clearRawInputContents();
        typed.getInputsBuilder(0).getContentsBuilder().addAllFp32Contents(List.of(1f, 0.1f, -3e20f, 0f));
        typed.getInputsBuilder(1)
                .getContentsBuilder()
                .addBytesContents(ByteString.copyFrom(TEXT))
                .addBytesContents(ByteString.EMPTY);
        ModelInferResponse typedResponse = grpc.modelInfer(typed.build());

        List<InferenceCall> calls = edge.models().calls();
        assertThat(calls).hasSize(4);
        assertThat(calls)
                .allSatisfy(call ->
                        assertThat(call.inputs()).isEqualTo(calls.getFirst().inputs()));
        assertThat(calls.getFirst().inputs().getFirst().data())
                .isEqualTo(bytes(16).put(floats).flip());
        assertThat(response.getRawOutputContents(1).toByteArray()).isEqualTo(texts);
        assertThat(typedResponse.getOutputs(1).getContents().getBytesContents(0).toStringUtf8())
                .isEqualTo("grüß dich");
    }

    /** Tensors live in pooled memory; nobody's answer may hold another's bytes. */
    @Test
    void requestsAtTheSameTimeKeepTheirOwnBytes() {
        Executor elsewhere = command -> Thread.ofVirtual().start(command);
        edge.models().answer(call -> later(call, elsewhere));
        List<CompletableFuture<Void>> all = IntStream.range(0, 400)
                .mapToObj(i -> CompletableFuture.runAsync(() -> roundTrip(i), elsewhere))
                .toList();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        assertThat(edge.models().calls()).hasSize(400);
    }

    private CompletionStage<InferenceOutcome> later(InferenceCall call, Executor elsewhere) {
        return CompletableFuture.supplyAsync(() -> edge.models().echo(call), elsewhere);
    }

    private void roundTrip(int seed) {
        float[] values = new float[2 * (1 + seed % 50)];
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        byte[] sent = new byte[values.length * 4];
        ByteBuffer floats = ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
            floats.putFloat(values[i]);
        }
        if (seed % 2 == 0) {
            byte[] answer = edge.postBytes("/v2/models/one/infer", sent, "Inference-Header-Content-Length", "0")
                    .body();
            assertThat(Arrays.copyOfRange(answer, answer.length - sent.length, answer.length))
                    .isEqualTo(sent);
        } else {
            String data = Arrays.toString(values).replace(" ", "");
            String answer = edge.post(
                            "/v2/models/one/infer",
                            "{\"inputs\":[{\"name\":\"x\",\"shape\":[" + values.length / 2
                                    + ",2],\"datatype\":\"FP32\",\"data\":" + data + "}]}")
                    .body();
            assertThat(answer).contains("\"data\":" + data);
        }
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static InferInputTensor input(String name, String type, long... shape) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addAllShape(Arrays.stream(shape).boxed().toList())
                .build();
    }
}
