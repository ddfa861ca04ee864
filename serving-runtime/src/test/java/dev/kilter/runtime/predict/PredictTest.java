package dev.kilter.runtime.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Value;
import dev.kilter.protocol.predict.InferenceRequest;
import dev.kilter.protocol.predict.InferenceResponse;
import dev.kilter.protocol.predict.InferenceServiceGrpc.InferenceServiceBlockingStub;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PredictTest {

    private static final String[] JSON = {"Content-Type", "application/json"};

    private static RunningEdge edge;

    @BeforeAll
    static void start() {
        edge = new RunningEdge(new FakeModelServer()
                .with("texts", new TensorSpec("text", DataType.BYTES, Shape.of(-1)))
                .with("grid", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2, 2)))
                .with(
                        "pair",
                        new TensorSpec("a", DataType.INT64, Shape.of(-1)),
                        new TensorSpec("b", DataType.BOOL, Shape.of(-1, 2))));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @BeforeEach
    void reset() {
        edge.models().reset();
    }

    @Test
    void textsAreOneStringAnInstance() throws IOException {
        JsonNode answer = answered("{\"model\":\"texts\",\"id\":\"q\",\"instances\":[\"a\",\"größer\"]}");
        assertThat(answer.toString())
                .isEqualTo(
                        "{\"model\":\"texts\",\"variant\":\"fp32\",\"id\":\"q\",\"predictions\":[\"a\",\"größer\"]}");
        assertThat(input(0).shape()).isEqualTo(Shape.of(2));
    }

    @Test
    void nestedListsBecomeDimensions() throws IOException {
        JsonNode answer =
                answered("{\"model\":\"grid\",\"instances\":[[[0.1,2],[3,4]],[[5,6],[7,8]],[[9,10],[11,12]]]}");
        assertThat(input(0).shape()).isEqualTo(Shape.of(3, 2, 2));
        assertThat(answer.get("predictions").toString())
                .isEqualTo("[[[0.1,2],[3,4]],[[5,6],[7,8]],[[9,10],[11,12]]]"
                        .replaceAll("(\\d)(?=[,\\]])", "$1.0")
                        .replace("0.1.0", "0.1"));
        assertThat(answer.get("id").asText()).isNotEmpty();
    }

    @Test
    void severalInputsAreMembersOfAnObject() throws IOException {
        JsonNode answer = answered(
                "{\"model\":\"pair\",\"instances\":[{\"a\":1,\"b\":[true,false]},{\"a\":-2,\"b\":[false,true]}]}");
        assertThat(answer.at("/predictions/1/a").asLong()).isEqualTo(-2);
        assertThat(answer.at("/predictions/0/b").toString()).isEqualTo("[true,false]");
    }

    @Test
    void theSameMethodAnswersOverGrpc() {
        InferenceResponse response = edge.grpc(InferenceServiceBlockingStub.class)
                .predict(InferenceRequest.newBuilder()
                        .setModel("texts")
                        .addInstances(Value.newBuilder().setStringValue("a"))
                        .build());
        assertThat(response.getPredictions(0).getStringValue()).isEqualTo("a");
        assertThat(response.getVariant()).isEqualTo("fp32");
    }

    @Test
    void whatIsNoNumberInJsonGoesAsAString() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(Float.NaN).putFloat(Float.NEGATIVE_INFINITY).flip();
        edge.models().answer(answer(new Tensor("x", DataType.FP32, Shape.of(1, 2), data)));
        assertThat(answered("{\"model\":\"texts\",\"instances\":[\"a\"]}")
                        .get("predictions")
                        .toString())
                .isEqualTo("[[\"NaN\",\"-Infinity\"]]");
    }

    @Test
    void integersBeyondADoubleGoAsStringsAndAreNotTakenAsNumbers() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putLong(9007199254740993L).flip();
        edge.models().answer(answer(new Tensor("x", DataType.INT64, Shape.of(1), data)));
        assertThat(answered("{\"model\":\"texts\",\"instances\":[\"a\"]}")
                        .get("predictions")
                        .toString())
                .isEqualTo("[\"9007199254740993\"]");
        assertThat(post("{\"model\":\"pair\",\"instances\":[{\"a\":9007199254740993,\"b\":[true,true]}]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void errorsAreReadableJsonWithTheirStatus() throws IOException {
        assertError(400, "model: missing (expected: one of [grid, pair, texts])", "{\"instances\":[\"a\"]}");
        assertError(
                404,
                "model nope: not served here (expected: one of [grid, pair, texts])",
                "{\"model\":\"nope\",\"instances\":[\"a\"]}");
        assertError(400, "instances: none (expected: at least one)", "{\"model\":\"texts\"}");
        assertError(400, "instances[1]: 1 (expected: a string)", "{\"model\":\"texts\",\"instances\":[\"a\",1]}");
        assertError(
                400,
                "instances[1]: a list of 1 values (expected: shape [2, 2] in every instance)",
                "{\"model\":\"grid\",\"instances\":[[[1,2],[3,4]],[[5,6]]]}".replace("[[5,6]]", "[[5,6]]"));
        assertError(400, "instances[0].b: missing", "{\"model\":\"pair\",\"instances\":[{\"a\":1}]}");
        assertError(
                400,
                "instances[0]: a number (expected: an object with a member for each input)",
                "{\"model\":\"pair\",\"instances\":[1]}");
        assertError(400, "", "{\"model\":");
        assertError(400, "", "[]");
        assertError(400, "", "{\"model\":\"texts\",\"instances\":\"a\"}");
        assertError(400, "", "{\"model\":\"grid\",\"instances\":[" + "[".repeat(5000) + "]".repeat(5000) + "]}");
    }

    @Test
    void refusalsTellWhenToComeAgain() throws IOException {
        edge.models()
                .answer(new InferenceOutcome.Refused(
                        InferenceOutcome.Refused.Reason.QUEUE_FULL, "full", Duration.ofMillis(20)));
        HttpResponse<String> response = post("{\"model\":\"texts\",\"instances\":[\"a\"]}");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(new ObjectMapper().readTree(response.body()).get("error").asText())
                .isEqualTo("full");
    }

    @Test
    void outputsThatAreNoRowsAnInstanceAreTold() {
        edge.models().answer(answer(new Tensor("x", DataType.UINT8, Shape.of(3), ByteBuffer.allocate(3))));
        assertThatThrownBy(() -> edge.grpc(InferenceServiceBlockingStub.class)
                        .predict(InferenceRequest.newBuilder()
                                .setModel("texts")
                                .addInstances(Value.newBuilder().setStringValue("a"))
                                .build()))
                .hasMessageContaining("INTERNAL: output x has shape [3] for 1 instances");
    }

    @Test
    void jsonIsUnderstoodWithoutItsContentType() {
        assertThat(edge.post("/v1/predict", "{\"model\":\"texts\",\"instances\":[\"a\"]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(edge.post(
                                "/v1/predict",
                                "{\"model\":\"texts\",\"instances\":[\"a\"]}",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void bodiesAreBoundedMoreTightlyThanTensors() throws IOException {
        HttpResponse<String> response = edge.send(HttpRequest.newBuilder(edge.uri("/v1/predict"))
                .version(HttpClient.Version.HTTP_1_1)
                .headers(JSON)
                .POST(BodyPublishers.ofString(" ".repeat((1 << 18) + 1)))
                .build());
        assertThat(response.statusCode()).isEqualTo(413);
        assertThatThrownBy(() -> edge.grpc(InferenceServiceBlockingStub.class)
                        .predict(InferenceRequest.newBuilder()
                                .setModel("texts")
                                .addInstances(Value.newBuilder().setStringValue("x".repeat((1 << 18) + 1)))
                                .build()))
                .hasMessageStartingWith("RESOURCE_EXHAUSTED");
    }

    @Test
    void listsAreNotFollowedBeyondTheRankOfATensor() throws IOException {
        for (int depth : new int[] {5, 90, 900}) {
            HttpResponse<String> response =
                    post("{\"model\":\"grid\",\"instances\":[" + "[".repeat(depth) + "1" + "]".repeat(depth) + "]}");
            assertThat(response.statusCode())
                    .as("depth " + depth + ": " + response.body())
                    .isEqualTo(400);
        }
    }

    private static InferenceOutcome answer(Tensor output) {
        return new InferenceOutcome.Answered("texts", "1", "fp32", List.of(output));
    }

    private void assertError(int status, String message, String request) throws IOException {
        HttpResponse<String> response = post(request);
        assertThat(response.statusCode()).as(request + " -> " + response.body()).isEqualTo(status);
        assertThat(new ObjectMapper().readTree(response.body()).get("error").asText())
                .as(request)
                .isNotEmpty()
                .contains(message);
    }

    private JsonNode answered(String request) throws IOException {
        HttpResponse<String> response = post(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private HttpResponse<String> post(String request) {
        return edge.post("/v1/predict", request, JSON);
    }

    private Tensor input(int index) {
        return edge.models().calls().getLast().inputs().get(index);
    }
}
