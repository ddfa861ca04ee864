package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobustnessTest {

    private static final String INFER = "/v2/models/echo/infer";
    private static final String GOOD =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

    private static RunningEdge edge;

    @BeforeAll
    static void start() {
        edge = new RunningEdge(new FakeModelServer()
                .with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)))
                .with(
                        "two",
                        new TensorSpec("a", DataType.FP32, Shape.of(-1)),
                        new TensorSpec("b", DataType.FP32, Shape.of(-1))));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @BeforeEach
    void reset() {
        edge.models().reset();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"name":"x","shape":[1,2],"datatype":"FP32","data":[1]}                | inputs[0].data: 1 values (expected: 2 for shape [1, 2])
            {"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2,3]}            | inputs[0].data: more than 2 values (expected: 2 for shape [1, 2])
            {"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3]]}        | inputs[0].data: an array of 1 at depth 2 (expected: nested as in shape [2, 2])
            {"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3,4],[5,6]]}| inputs[0].data: an array of more than 2 at depth 1
            {"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],3]}          | inputs[0].data: 3 (expected: arrays nested as in shape [2, 2])
            {"name":"x","shape":[2],"datatype":"FP32","data":[[1],[2]]}            | inputs[0].data[0]: an array (expected: a number within FP32)
            {"name":"x","shape":[1,2],"datatype":"FP32","data":[1,"2"]}            | inputs[0].data[1]: "2" (expected: a number within FP32)
            {"name":"x","shape":[1,2],"datatype":"FP32","data":[1,null]}           | inputs[0].data[1]: null (expected: a number within FP32)
            {"name":"x","shape":[1,2],"datatype":"FP32","data":[1,1e300]}          | inputs[0].data[1]: 1.0E300 (expected: a number within FP32)
            {"name":"x","shape":[1],"datatype":"INT8","data":[128]}                | inputs[0].data[0]: 128 (expected: an integer within INT8)
            {"name":"x","shape":[1],"datatype":"INT64","data":[9223372036854775808]}| inputs[0].data[0]: 9223372036854775808 (expected: an integer within INT64)
            {"name":"x","shape":[1],"datatype":"UINT64","data":[-1]}               | inputs[0].data[0]: -1 (expected: an integer within UINT64)
            {"name":"x","shape":[1],"datatype":"INT32","data":[1.5]}               | inputs[0].data[0]: 1.5 (expected: an integer within INT32)
            {"name":"x","shape":[1],"datatype":"BOOL","data":[1]}                  | inputs[0].data[0]: 1 (expected: true or false)
            {"name":"x","shape":[1],"datatype":"BYTES","data":[1]}                 | inputs[0].data[0]: 1 (expected: a string)
            {"name":"x","shape":[1],"datatype":"FLOAT","data":[1]}                 | inputs[0].datatype: FLOAT (expected: one of [BOOL, UINT8
            {"name":"x","shape":[-1,2],"datatype":"FP32","data":[1,2]}             | inputs[0].shape[0]: -1 (expected: >= 1)
            {"name":"x","shape":[9223372036854775807,9223372036854775807],"datatype":"FP32","data":[1]} | inputs[0].shape: [9223372036854775807, 9223372036854775807] (expected: at most 100000 elements)
            {"name":"x","shape":[99999999999999999999],"datatype":"FP32","data":[1]}| inputs[0].shape[0]: 99999999999999999999 (expected: a whole number of 64 bits)
            {"name":"x","shape":[90000],"datatype":"FP32","data":[1]}              | inputs[0].data: fewer values than shape [90000] has
            {"name":"x","shape":[1,1,1,1,1],"datatype":"FP32","data":[1]}          | inputs[0].shape: more than 4 dimensions (expected: at most 4)
            {"name":"x","shape":["1"],"datatype":"FP32","data":[1]}                | inputs[0].shape[0]: "1" (expected: a whole number)
            {"name":"x","shape":[1],"datatype":"FP32"}                             | inputs[0].data: missing
            {"shape":[1],"datatype":"FP32","data":[1]}                             | inputs[0].name: missing
            {"name":"x","datatype":"FP32","data":[1]}                              | inputs[0].shape: missing
            {"name":"x","shape":[1],"data":[1]}                                    | inputs[0].datatype: missing
            {"name":7,"shape":[1],"datatype":"FP32","data":[1]}                    | inputs[0].name: 7 (expected: a string)
            {"name":"x","shape":[1],"datatype":"FP32","data":1}                    | inputs[0].data: 1 (expected: an array)
            {"name":"x","shape":[1],"datatype":"FP32","data":[1],"data":[1]}       | inputs[0].data: a second time
            {"name":"x","shape":[1],"datatype":"FP32","data":[1],"parameters":{"binary_data_size":4}} | inputs[0].data: given beside binary_data_size
            {"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}} | inputs[0].parameters.binary_data_size: 4 (expected: at most the 0 bytes that are left)
            {"name":"x","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"r"}} | inputs[0].parameters.shared_memory_region: r (expected: left out
            {"name":"x","shape":[1],"datatype":"FP32","data":[1]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]} | inputs[1].name: x, a second time
            1                                                                      | inputs[0]: 1 (expected: an object)
            """)
    void aWrongInputIsAnsweredByItsFieldItsValueAndWhatWasExpected(String input, String message) throws IOException {
        assertError(edge.post(INFER, "{\"inputs\":[" + input + "]}"), 400, message);
        assertThat(edge.models().calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                      | body: nothing (expected: a JSON object)
            []                                      | body: an array (expected: a JSON object)
            {                                       | body: not JSON within this server's limits
            {"inputs":[}                            | body: not JSON within this server's limits
            {"inputs":[]}                           | inputs: none (expected: at least one)
            {"inputs":{}}                           | inputs: an object (expected: an array)
            {"id":7,"inputs":[]}                    | id: 7 (expected: a string)
            {"id":"\\ud800","inputs":[]}            | id: half of a surrogate pair (expected: Unicode text)
            {"inputs":[],"outputs":[{}]}            | outputs[0].name: missing
            {"outputs":[{"name":"x"},{"name":"x"}]} | outputs[1].name: x, a second time
            {"outputs":[{"name":"x","parameters":{"classification":2}}]} | outputs[0].parameters.classification: 2 (expected: left out
            {"parameters":{"a":[]}}                 | parameters.a: an object or array
            """)
    void aWrongBodyIsAnsweredByWhatIsWrong(String body, String message) throws IOException {
        assertError(edge.post(INFER, body), 400, message);
    }

    @Test
    void whatFollowsTheJsonIsNotOverlooked() throws IOException {
        assertError(edge.post(INFER, GOOD + "{}"), 400, "body: more behind the JSON object");
    }

    @Test
    void whatLooksLikeAnotherEncodingIsWrongNotBroken() throws IOException {
        HttpResponse<byte[]> response = edge.postBytes(
                INFER, "{\0\0\0binary".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
        assertError(
                response.statusCode(),
                text(response),
                400,
                "body: not JSON within this server's limits: Invalid UTF-32");
    }

    @Test
    void nestingAndNamesHaveBounds() throws IOException {
        assertError(edge.post(INFER, "[".repeat(100_000)), 400, "body: ");
        assertError(
                edge.post(INFER, "{\"other\":" + "[".repeat(17) + "]".repeat(17) + "}"),
                400,
                "body: not JSON within this server's limits: Document nesting depth (17) exceeds");
        assertError(
                edge.post(INFER, "{\"id\":\"" + "x".repeat(65) + "\"}"),
                400,
                "id: 65 characters (expected: at most 64)");
        String input = "{\"name\":\"%d\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}";
        StringBuilder inputs = new StringBuilder(input.formatted(0));
        for (int i = 1; i < 5; i++) {
            inputs.append(',').append(input.formatted(i));
        }
        assertError(
                edge.post(INFER, "{\"inputs\":[" + inputs + "]}"), 400, "inputs: more than 4 (expected: at most 4)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -1     | 8 | Inference-Header-Content-Length: -1 (expected: a whole number of bytes within the body
            99999  | 8 | Inference-Header-Content-Length: 99999 (expected: a whole number of bytes within the body
            many   | 8 | Inference-Header-Content-Length: many (expected: a whole number of bytes within the body
            JSON   | 7 | inputs[0].parameters.binary_data_size: 8 (expected: at most the 7 bytes that are left)
            JSON   | 9 | body: 1 bytes behind the inputs (expected: as many as the inputs' binary_data_size together)
            """)
    void lengthsOfABinaryBodyMustAgree(String length, int bytes, String message) throws IOException {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}}]}";
        String header = length.equals("JSON") ? Integer.toString(json.length()) : length;
        assertBinaryError(json, new byte[bytes], header, message);
    }

    @Test
    void binaryTextsMustFitTheirLengths() throws IOException {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":%d}}]}";
        String field = "inputs[0].parameters.binary_data_size";
        assertBinaryError(json.formatted(4), new byte[] {0, 0, 0, 0}, null, field + ": 1 elements (expected: 2");
        assertBinaryError(
                json.formatted(8),
                new byte[] {0, 0, 0, 0, -1, -1, -1, -1},
                null,
                field + "[1]: a length of 4294967295 (expected: at most the 0 bytes that are left)");
        assertBinaryError(
                json.formatted(9), new byte[9], null, field + ": 1 bytes after the last element (expected: 2 elements");
    }

    @Test
    void aRawBodyNeedsAModelWithOneInputAndWholeRows() throws IOException {
        HttpResponse<byte[]> two =
                edge.postBytes("/v2/models/two/infer", new byte[4], "Inference-Header-Content-Length", "0");
        assertError(two.statusCode(), text(two), 400, "for a model of 2 inputs");
        HttpResponse<byte[]> ragged = edge.postBytes(INFER, new byte[9], "Inference-Header-Content-Length", "0");
        assertError(ragged.statusCode(), text(ragged), 400, "body: 9 bytes (expected: 8 for FP32 [1, 2])");
        HttpResponse<byte[]> none = edge.postBytes(INFER, new byte[0], "Inference-Header-Content-Length", "0");
        assertError(none.statusCode(), text(none), 400, "body[0]: 0 (expected: >= 1)");
    }

    @Test
    void aBodyBeyondTheLimitIs413AndNotRead() throws IOException {
        HttpResponse<String> response = edge.send(HttpRequest.newBuilder(edge.uri(INFER))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(BodyPublishers.ofString(" ".repeat((1 << 20) + 1)))
                .build());
        assertError(response, 413, "body: larger than this server takes (expected: at most 1048576 bytes)");
    }

    @Test
    void aCompressedBodyIsReadAndABombIsNot() throws IOException {
        assertThat(gzip(GOOD.getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(200);
        assertThat(gzip(new byte[64 << 20]).statusCode()).isEqualTo(413);
    }

    private static HttpResponse<String> gzip(byte[] body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        }
        return edge.send(HttpRequest.newBuilder(edge.uri(INFER))
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(packed.toByteArray()))
                .build());
    }

    @Test
    void unknownModelsVersionsAndPathsAre404() throws IOException {
        assertError(edge.post("/v2/models/nope/infer", GOOD), 404, "model nope: not served here");
        assertError(edge.post("/v2/models/echo/versions/9/infer", GOOD), 404, "version 9");
        assertError(edge.get("/v2/models/nope"), 404, "model nope: not served here (expected: one of [echo, two])");
        assertError(edge.get("/v2/modells"), 404, "GET /v2/modells: Not Found; GET / tells what is served here");
        assertThat(edge.get(INFER).statusCode()).isEqualTo(405);
    }

    @Test
    void everyOutcomeHasItsStatus() throws IOException {
        Map<InferenceOutcome, Integer> rows = Map.of(
                new InferenceOutcome.Invalid("m"), 400,
                new InferenceOutcome.NotFound("m"), 404,
                new InferenceOutcome.Refused(InferenceOutcome.Refused.Reason.QUEUE_FULL, "m", Duration.ofMillis(20)),
                        429,
                new InferenceOutcome.Unavailable("m", Duration.ofMillis(1500)), 503,
                new InferenceOutcome.Expired("m"), 504,
                new InferenceOutcome.Failed("m"), 500);
        for (Map.Entry<InferenceOutcome, Integer> row : rows.entrySet()) {
            edge.models().answer(row.getKey());
            HttpResponse<String> response = edge.post(INFER, GOOD);
            assertError(response, row.getValue(), "m");
            switch (row.getKey()) {
                case InferenceOutcome.Refused _ ->
                    assertThat(response.headers().firstValue("Retry-After")).contains("1");
                case InferenceOutcome.Unavailable _ ->
                    assertThat(response.headers().firstValue("Retry-After")).contains("2");
                default ->
                    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
            }
        }
    }

    @Test
    void aDefectBehindTheEdgeIs500WithoutItsDetails() throws IOException {
        edge.models().answer(_ -> CompletableFuture.failedStage(new IllegalStateException("secret")));
        HttpResponse<String> response = edge.post(INFER, GOOD);
        assertError(response, 500, "internal error");
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void aCallerThatGoesAwayIsSeenBeforeTheEngineTakesItsRequest() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
        CompletableFuture<BooleanSupplier> cancelled = new CompletableFuture<>();
        edge.models().answer(call -> {
            cancelled.complete(call.cancelled());
            arrived.countDown();
            return outcome;
        });
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.getOutputStream()
                    .write(("POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + GOOD.length() + "\r\n\r\n"
                                    + GOOD)
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(cancelled.get().getAsBoolean()).isFalse();
        }
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!cancelled.get().getAsBoolean() && System.nanoTime() < patience) {
            Thread.sleep(10);
        }
        assertThat(cancelled.get().getAsBoolean()).isTrue();
        outcome.complete(new InferenceOutcome.Cancelled());
        edge.models().reset();
        assertThat(edge.post(INFER, GOOD).statusCode()).isEqualTo(200);
    }

    private static void assertBinaryError(String json, byte[] tensor, String header, String message)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(json.getBytes(StandardCharsets.UTF_8));
        body.write(tensor);
        HttpResponse<byte[]> response = edge.postBytes(
                INFER,
                body.toByteArray(),
                "Inference-Header-Content-Length",
                header == null ? Integer.toString(json.length()) : header);
        assertError(response.statusCode(), text(response), 400, message);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static void assertError(HttpResponse<String> response, int status, String message) throws IOException {
        assertError(response.statusCode(), response.body(), status, message);
    }

    private static void assertError(int actual, String body, int status, String message) throws IOException {
        assertThat(actual).as(body).isEqualTo(status);
        assertThat(new ObjectMapper().readTree(body).get("error").asText()).contains(message);
    }
}
