package dev.kilter.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestInferTest {

    private static RunningEdge edge;

    @BeforeAll
    static void start() {
        edge = new RunningEdge(new FakeModelServer()
                .with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)))
                .with("texts", new TensorSpec("text", DataType.BYTES, Shape.of(-1)))
                .with("half", new TensorSpec("h", DataType.FP16, Shape.of(-1))));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.models().reset();
    }

    @Test
    void flatAndNestedDataAreTheSameTensor() throws IOException {
        JsonNode flat = answered(
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2.5,-3e2,4]}]}");
        JsonNode nested = answered(
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,2.5],[-3e2,4]]}]}");
        assertThat(flat).isEqualTo(nested);
        assertThat(flat.at("/outputs/0/data").toString()).isEqualTo("[1.0,2.5,-300.0,4.0]");
        assertThat(flat.at("/outputs/0/shape").toString()).isEqualTo("[2,2]");
        assertThat(input(0).data()).isEqualTo(input(1).data());
    }

    @Test
    void theAnswerNamesModelAndVersionAndEchoesTheId() throws IOException {
        JsonNode answer = answered(
                "{\"id\":\"a-7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}");
        assertThat(answer.get("model_name").asText()).isEqualTo("echo");
        assertThat(answer.get("model_version").asText()).isEqualTo("1");
        assertThat(answer.get("id").asText()).isEqualTo("a-7");
        assertThat(answered("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}")
                        .has("id"))
                .isFalse();
    }

    @Test
    void membersComeInAnyOrder() throws IOException {
        JsonNode answer =
                answered("{\"outputs\":[{\"name\":\"x\"}],\"inputs\":[{\"data\":[[1,2]],\"parameters\":{\"a\":1},"
                        + "\"other\":[{}],\"datatype\":\"FP32\",\"name\":\"x\",\"shape\":[1,2]}],\"parameters\":{}}");
        assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[1.0,2.0]");
    }

    @Test
    void sixtyFourBitIntegersAreExact() throws IOException {
        JsonNode signed = answered("{\"inputs\":[{\"name\":\"i\",\"shape\":[3],\"datatype\":\"INT64\","
                + "\"data\":[9007199254740993,-9223372036854775808,9223372036854775807]}]}");
        assertThat(signed.at("/outputs/0/data").toString())
                .isEqualTo("[9007199254740993,-9223372036854775808,9223372036854775807]");
        JsonNode unsigned = answered("{\"inputs\":[{\"name\":\"u\",\"shape\":[2],\"datatype\":\"UINT64\","
                + "\"data\":[18446744073709551615,9007199254740993]}]}");
        assertThat(unsigned.at("/outputs/0/data").toString()).isEqualTo("[18446744073709551615,9007199254740993]");
    }

    @Test
    void everyTypeOfJsonComesBackAsItWent() throws IOException {
        String[][] rows = {
            {"BOOL", "[true,false]"},
            {"UINT8", "[0,255]"},
            {"UINT16", "[0,65535]"},
            {"UINT32", "[0,4294967295]"},
            {"INT8", "[-128,127]"},
            {"INT16", "[-32768,32767]"},
            {"INT32", "[-2147483648,2147483647]"},
            {"FP32", "[0.1,-1.5]"},
            {"FP64", "[0.1,1.0E300]"},
            {"BYTES", "[\"häßlich\",\"\"]"},
            {"FP32", "[\"NaN\",\"-Infinity\"]"},
            {"FP64", "[NaN,Infinity]"},
        };
        for (String[] row : rows) {
            JsonNode answer = answered("{\"inputs\":[{\"name\":\"v\",\"shape\":[2],\"datatype\":\"" + row[0]
                    + "\",\"data\":" + row[1] + "}]}");
            assertThat(answer.at("/outputs/0/data").toString())
                    .as(row[0])
                    .isEqualTo(row[1].equals("[NaN,Infinity]") ? "[\"NaN\",\"Infinity\"]" : row[1]);
            assertThat(answer.at("/outputs/0/datatype").asText()).isEqualTo(row[0]);
        }
    }

    @Test
    void onlyTheOutputsAskedForComeBack() throws IOException {
        String inputs = "\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]},"
                + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[2]}]";
        assertThat(answered("{" + inputs + "}").get("outputs")).hasSize(2);
        JsonNode one = answered("{" + inputs + ",\"outputs\":[{\"name\":\"b\"}]}");
        assertThat(one.get("outputs")).hasSize(1);
        assertThat(one.at("/outputs/0/data").toString()).isEqualTo("[2]");
    }

    @Test
    void binaryInputsFollowTheJson() throws IOException {
        byte[] tensor = floats(1, 2, 3, 4);
        byte[] json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":16}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> response = edge.postBytes(
                "/v2/models/echo/versions/1/infer",
                join(json, tensor),
                "Inference-Header-Content-Length",
                Integer.toString(json.length),
                "Content-Type",
                "application/octet-stream");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Inference-Header-Content-Length"))
                .isEmpty();
        assertThat(new ObjectMapper()
                        .readTree(response.body())
                        .at("/outputs/0/data")
                        .toString())
                .isEqualTo("[1.0,2.0,3.0,4.0]");
        assertThat(edge.models().calls().getFirst().version()).contains("1");
    }

    @Test
    void anOutputsOwnWishForBinaryOverridesThatOfTheRequest() throws IOException {
        String inputs = "\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]},"
                + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[2]}]";
        HttpResponse<byte[]> response = edge.postBytes(
                "/v2/models/echo/infer",
                ("{" + inputs + ",\"parameters\":{\"binary_data_output\":true},"
                                + "\"outputs\":[{\"name\":\"a\",\"parameters\":{\"binary_data\":false}},{\"name\":\"b\"}]}")
                        .getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
        int jsonLength = Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
        JsonNode answer = new ObjectMapper().readTree(Arrays.copyOf(response.body(), jsonLength));
        assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[1]");
        assertThat(answer.at("/outputs/1").has("data")).isFalse();
        assertThat(answer.at("/outputs/1/parameters/binary_data_size").asInt()).isEqualTo(4);
        assertThat(Arrays.copyOfRange(response.body(), jsonLength, response.body().length))
                .containsExactly(2, 0, 0, 0);
    }

    @Test
    void aRawBodyIsTheOnlyInputAndItsLengthTellsTheOpenDimension() {
        HttpResponse<byte[]> response = edge.postBytes(
                "/v2/models/echo/infer", floats(1, 2, 3, 4, 5, 6), "Inference-Header-Content-Length", "0");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(input(0).shape()).isEqualTo(Shape.of(3, 2));
        int jsonLength = Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        assertThat(Arrays.copyOfRange(response.body(), jsonLength, response.body().length))
                .isEqualTo(floats(1, 2, 3, 4, 5, 6));
    }

    @Test
    void aRawBodyForATextIsOneElement() {
        byte[] text = "grüß dich".getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> response =
                edge.postBytes("/v2/models/texts/infer", text, "Inference-Header-Content-Length", "0");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(input(0).shape()).isEqualTo(Shape.of(1));
        assertThat(input(0).data().getInt()).isEqualTo(text.length);
    }

    @Test
    void halfPrecisionGoesAsBytesOnly() {
        HttpResponse<String> inJson = edge.post(
                "/v2/models/half/infer",
                "{\"inputs\":[{\"name\":\"h\",\"shape\":[1],\"datatype\":\"FP16\",\"data\":[1.0]}]}");
        assertThat(inJson.statusCode()).isEqualTo(400);
        assertThat(inJson.body())
                .contains("inputs[0].datatype")
                .contains("FP16")
                .contains("binary data");
        byte[] json =
                ("{\"inputs\":[{\"name\":\"h\",\"shape\":[1],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":2}}]"
                                + ",\"parameters\":{\"binary_data_output\":%s}}")
                        .formatted("true ")
                        .getBytes(StandardCharsets.UTF_8);
        String length = Integer.toString(json.length);
        HttpResponse<byte[]> binary = edge.postBytes(
                "/v2/models/half/infer", join(json, new byte[] {0, 60}), "Inference-Header-Content-Length", length);
        assertThat(binary.statusCode()).isEqualTo(200);
        byte[] outInJson = new String(json, StandardCharsets.UTF_8)
                .replace("true ", "false")
                .getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> refused = edge.postBytes(
                "/v2/models/half/infer",
                join(outInJson, new byte[] {0, 60}),
                "Inference-Header-Content-Length",
                length);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("outputs.h")
                .contains("binary_data");
    }

    @Test
    void timeoutsBecomeDeadlines() {
        String inputs = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]";
        edge.post("/v2/models/echo/infer", inputs + "}");
        edge.post("/v2/models/echo/infer", inputs + ",\"parameters\":{\"timeout\":250000}}");
        edge.post("/v2/models/echo/infer", inputs + "}", "X-Request-Timeout-Micros", "125000");
        assertThat(edge.models().calls().get(0).deadlineNanos()).isEmpty();
        assertThat(patience(edge.models().calls().get(1))).isEqualTo(250_000_000);
        assertThat(patience(edge.models().calls().get(2))).isEqualTo(125_000_000);
        assertThat(edge.post("/v2/models/echo/infer", inputs + "}", "X-Request-Timeout-Micros", "soon")
                        .body())
                .contains("x-request-timeout-micros: soon (expected: microseconds");
    }

    @Test
    void aPriorityComesAsParameterOrHeader() {
        String inputs = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]";
        edge.post("/v2/models/echo/infer", inputs + "}");
        edge.post("/v2/models/echo/infer", inputs + ",\"parameters\":{\"priority\":1}}", "X-Request-Priority", "7");
        edge.post("/v2/models/echo/infer", inputs + "}", "X-Request-Priority", "3");
        assertThat(edge.models().calls()).extracting(InferenceCall::priority).containsExactly(0, 1, 3);
        assertThat(edge.post("/v2/models/echo/infer", inputs + ",\"parameters\":{\"priority\":-1}}")
                        .body())
                .contains("parameters.priority: -1 (expected: a whole number, 0..2147483647)");
        assertThat(edge.post("/v2/models/echo/infer", inputs + "}", "X-Request-Priority", "high")
                        .body())
                .contains("x-request-priority: high (expected: a whole number, 0..2147483647)");
    }

    @Test
    void whoeverKeepsAccountSaysWhetherALesserVariantMayAnswerAndIsToldWhetherItDid() {
        String inputs = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
        HttpResponse<String> unsaid = edge.post("/v2/models/echo/infer", inputs);
        edge.post("/v2/models/echo/infer", inputs, "Kilter-Degradable", "false");
        edge.models()
                .answer(call -> CompletableFuture.completedFuture(
                        new InferenceOutcome.Answered("echo", "1", "int8", true, call.inputs())));
        HttpResponse<String> degraded = edge.post("/v2/models/echo/infer", inputs, "Kilter-Degradable", "true");
        assertThat(edge.models().calls())
                .extracting(InferenceCall::lesser)
                .containsExactly(
                        InferenceCall.Lesser.UNSAID, InferenceCall.Lesser.FORBIDDEN, InferenceCall.Lesser.ALLOWED);
        assertThat(unsaid.headers().firstValue("kilter-degraded")).isEmpty();
        assertThat(degraded.headers().firstValue("kilter-degraded")).hasValue("true");
        assertThat(edge.post("/v2/models/echo/infer", inputs, "Kilter-Degradable", "yes")
                        .body())
                .contains("kilter-degradable: yes (expected: true or false)");
    }

    private static long patience(InferenceCall call) {
        return call.deadlineNanos().orElseThrow() - call.arrivalNanos();
    }

    private static JsonNode answered(String request) throws IOException {
        HttpResponse<String> response = edge.post("/v2/models/echo/infer", request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private static Tensor input(int call) {
        return edge.models().calls().get(call).inputs().getFirst();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
