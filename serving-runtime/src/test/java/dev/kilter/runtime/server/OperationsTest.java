package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsTest {

    private static final String INFER = "/v2/models/echo/infer";
    private static final String GOOD =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

    private static RunningEdge edge;

    @BeforeAll
    static void start() {
        edge = new RunningEdge(new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));
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
    void requestsAreCountedByModelProtocolAndOutcome() {
        edge.post(INFER, GOOD);
        edge.post(INFER, "{}");
        edge.post("/v2/models/" + "x".repeat(20) + "/infer", GOOD);
        edge.post("/v1/predict", "{\"instances\":[[1,2]]}");
        assertThat(count("echo", "rest", "answered")).isPositive();
        assertThat(count("echo", "rest", "invalid")).isPositive();
        assertThat(count("", "rest", "not_found")).isPositive();
        assertThat(count("echo", "predict", "answered")).isPositive();
        HttpResponse<String> metrics = edge.get("/metrics");
        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(metrics.body())
                .contains("kilter_runtime_request_duration_seconds_bucket{model=\"echo\",protocol=\"rest\"")
                .doesNotContain("xxxx");
    }

    private static double count(String model, String protocol, String outcome) {
        Double value = edge.metrics()
                .getSampleValue(
                        "kilter_runtime_requests_total",
                        new String[] {"model", "protocol", "outcome"},
                        new String[] {model, protocol, outcome});
        return value == null ? 0 : value;
    }

    @Test
    void theRequestIdOfTheCallerIsKeptOrOneIsMade() {
        HttpResponse<String> own = edge.post(INFER, GOOD, "X-Request-Id", "abc-1");
        assertThat(own.headers().firstValue("X-Request-Id")).contains("abc-1");
        assertThat(edge.models().calls().getLast().requestId()).isEqualTo("abc-1");
        HttpResponse<String> made = edge.post(INFER, GOOD);
        assertThat(made.headers().firstValue("X-Request-Id"))
                .contains(edge.models().calls().getLast().requestId());
        HttpResponse<String> odd = edge.post(INFER, GOOD, "X-Request-Id", "x".repeat(200));
        assertThat(odd.headers().firstValue("X-Request-Id").orElseThrow()).hasSizeLessThan(100);
    }

    @Test
    void theLoadReportIsTold() {
        RuntimeLoad load = Json.read(edge.get(RuntimeLoad.PATH).body(), RuntimeLoad.class);
        assertThat(load.ready()).isTrue();
        assertThat(load.draining()).isFalse();
    }

    @Test
    void anOperatingPointIsTakenUnlessItIsOlderWrongOrForAnother() {
        assertThat(put("echo", 6, 4).statusCode()).isEqualTo(200);
        assertThat(put("echo", 6, 4).body()).contains("\"version\":5", "\"maxBatchSize\":8");
        assertThat(put("echo", 4, 4).statusCode()).isEqualTo(409);
        assertThat(put("echo", 4, 4).body()).contains("version: 4 (expected: above 5, which is in force)");
        assertThat(put("echo", 6, 0).statusCode()).isEqualTo(400);
        assertThat(put("nope", 6, 4).statusCode()).isEqualTo(404);
        assertThat(put("echo", "{").statusCode()).isEqualTo(400);
        assertThat(put("echo", "null").statusCode()).isEqualTo(400);
    }

    private static HttpResponse<String> put(String model, long version, int maxBatchSize) {
        return put(
                model,
                Json.write(new OperatingPointUpdate(
                        version, "fp32", maxBatchSize, Optional.empty(), Optional.empty(), 60)));
    }

    private static HttpResponse<String> put(String model, String body) {
        return edge.send(HttpRequest.newBuilder(edge.uri("/kilter/v1/models/" + model + "/operating-point"))
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void theRootTellsWhatThisIs() {
        assertThat(edge.get("/").body()).contains("kilter serving runtime", "echo", "POST /v1/predict");
    }

    @Test
    void anAnswerThatJsonCannotCarryIsTheCallersError() {
        edge.models()
                .answer(new InferenceOutcome.Answered(
                        "echo",
                        "1",
                        "fp32",
                        List.of(new Tensor(
                                "t", DataType.BYTES, Shape.of(1), ByteBuffer.wrap(new byte[] {1, 0, 0, 0, (byte) 0xFF
                                })))));
        HttpResponse<String> response = edge.post(INFER, GOOD);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("outputs.t", "UTF-8", "binary_data");
    }
}
