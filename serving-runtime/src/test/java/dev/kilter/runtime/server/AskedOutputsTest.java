package dev.kilter.runtime.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.kilter.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which outputs come back: all where none is named, else those that are, by every way in. */
class AskedOutputsTest {

    private static final String INPUT =
            "\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]";
    private static final Map<String, List<Float>> ALL =
            Map.of("same", List.of(1f, 2f), "minus", List.of(-1f, -2f), "twice", List.of(2f, 4f));
    private static final Map<String, List<Float>> TWO = Map.of("same", ALL.get("same"), "twice", ALL.get("twice"));

    private static RealModels models;

    /** Each output is the input times another factor. */
    private static final class ThreeOutputs extends FakeModel {
        ThreeOutputs() {
            super(new Signature(
                    List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))),
                    List.of(
                            new TensorSpec("same", DataType.FP32, Shape.of(-1, 2)),
                            new TensorSpec("minus", DataType.FP32, Shape.of(-1, 2)),
                            new TensorSpec("twice", DataType.FP32, Shape.of(-1, 2)))));
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            return List.of(times(x, "same", 1), times(x, "minus", -1), times(x, "twice", 2));
        }

        private static Tensor times(Tensor x, String name, float factor) {
            ByteBuffer from = x.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer to = ByteBuffer.allocateDirect(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            while (from.hasRemaining()) {
                to.putFloat(from.getFloat() * factor);
            }
            return new Tensor(name, DataType.FP32, x.shape(), to.flip());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        models = new RealModels(new ThreeOutputs());
    }

    @AfterAll
    static void stop() {
        models.close();
    }

    @Test
    void jsonBringsAllWhereNoneIsNamed() throws Exception {
        assertThat(json("{" + INPUT + "}")).isEqualTo(ALL);
        assertThat(json("{" + INPUT + ",\"outputs\":[]}")).isEqualTo(ALL);
    }

    @Test
    void jsonBringsThoseThatAreNamed() throws Exception {
        assertThat(json("{" + INPUT + ",\"outputs\":[{\"name\":\"twice\"},{\"name\":\"same\"}]}"))
                .isEqualTo(TWO);
    }

    @Test
    void binaryBringsAllWhereNoneIsNamed() throws Exception {
        assertThat(binary("{" + INPUT + ",\"parameters\":{\"binary_data_output\":true}}"))
                .isEqualTo(ALL);
    }

    @Test
    void binaryBringsThoseThatAreNamed() throws Exception {
        assertThat(binary("{" + INPUT
                        + ",\"outputs\":[{\"name\":\"twice\",\"parameters\":{\"binary_data\":true}},"
                        + "{\"name\":\"same\",\"parameters\":{\"binary_data\":true}}]}"))
                .isEqualTo(TWO);
    }

    @Test
    void grpcBringsAllWhereNoneIsNamed() {
        assertThat(grpc(request())).isEqualTo(ALL);
        assertThat(grpc(raw())).isEqualTo(ALL);
    }

    @Test
    void grpcBringsThoseThatAreNamed() {
        assertThat(grpc(request().addOutputs(asked("twice")).addOutputs(asked("same"))))
                .isEqualTo(TWO);
        assertThat(grpc(raw().addOutputs(asked("twice")).addOutputs(asked("same"))))
                .isEqualTo(TWO);
    }

    @Test
    void aNameThatIsUnknownIsToldWithThoseThatAreNot() throws Exception {
        String expected = "outputs[nope]: unknown (expected: [same, minus, twice])";
        HttpResponse<byte[]> json =
                models.infer("{" + INPUT + ",\"outputs\":[{\"name\":\"same\"},{\"name\":\"nope\"}]}");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(new String(json.body(), UTF_8)).contains(expected);
        HttpResponse<byte[]> binary =
                models.infer("{" + INPUT + ",\"outputs\":[{\"name\":\"nope\",\"parameters\":{\"binary_data\":true}}]}");
        assertThat(binary.statusCode()).isEqualTo(400);
        assertThat(new String(binary.body(), UTF_8)).contains(expected);
        assertThatThrownBy(() -> grpc(request().addOutputs(asked("nope"))))
                .hasMessageStartingWith("INVALID_ARGUMENT")
                .hasMessageContaining(expected);
    }

    @Test
    void aNameThatComesTwiceIsWrong() throws Exception {
        HttpResponse<byte[]> json =
                models.infer("{" + INPUT + ",\"outputs\":[{\"name\":\"same\"},{\"name\":\"same\"}]}");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(new String(json.body(), UTF_8))
                .contains("outputs[1].name: same, a second time (expected: each output once)");
        assertThatThrownBy(() -> grpc(raw().addOutputs(asked("same")).addOutputs(asked("same"))))
                .hasMessageStartingWith("INVALID_ARGUMENT")
                .hasMessageContaining("outputs[1].name: same, a second time (expected: each output once)");
    }

    private static Map<String, List<Float>> json(String body) throws Exception {
        HttpResponse<byte[]> response = models.infer(body);
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        Map<String, List<Float>> outputs = new TreeMap<>();
        for (JsonNode output : new ObjectMapper().readTree(response.body()).get("outputs")) {
            outputs.put(
                    output.get("name").asText(),
                    List.of(
                            output.at("/data/0").floatValue(),
                            output.at("/data/1").floatValue()));
        }
        return outputs;
    }

    private static Map<String, List<Float>> binary(String body) throws Exception {
        HttpResponse<byte[]> response = models.infer(body);
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        int json = (int) response.headers()
                .firstValueAsLong("Inference-Header-Content-Length")
                .orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(response.body(), json, response.body().length - json)
                .order(ByteOrder.LITTLE_ENDIAN);
        Map<String, List<Float>> outputs = new TreeMap<>();
        for (JsonNode output :
                new ObjectMapper().readTree(response.body(), 0, json).get("outputs")) {
            assertThat(output.at("/parameters/binary_data_size").asInt()).isEqualTo(8);
            outputs.put(output.get("name").asText(), List.of(bytes.getFloat(), bytes.getFloat()));
        }
        assertThat(bytes.hasRemaining()).isFalse();
        return outputs;
    }

    private static Map<String, List<Float>> grpc(ModelInferRequest.Builder request) {
        ModelInferResponse response = GrpcClients.newClient(
                        "gproto+http://127.0.0.1:" + models.port() + "/", GRPCInferenceServiceBlockingStub.class)
                .modelInfer(request.build());
        Map<String, List<Float>> outputs = new TreeMap<>();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            InferOutputTensor output = response.getOutputs(i);
            outputs.put(
                    output.getName(),
                    response.getRawOutputContentsCount() == 0
                            ? output.getContents().getFp32ContentsList()
                            : floats(response.getRawOutputContents(i)));
        }
        return outputs;
    }

    private static List<Float> floats(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return List.of(buffer.getFloat(), buffer.getFloat());
    }

    private static ModelInferRequest.Builder request() {
        return ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input().setContents(InferTensorContents.newBuilder()
                        .addFp32Contents(1)
                        .addFp32Contents(2)));
    }

    private static ModelInferRequest.Builder raw() {
        ByteBuffer bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(2);
        return ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input())
                .addRawInputContents(ByteString.copyFrom(bytes.flip()));
    }

    private static InferInputTensor.Builder input() {
        return InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(2);
    }

    private static InferRequestedOutputTensor asked(String name) {
        return InferRequestedOutputTensor.newBuilder().setName(name).build();
    }
}
