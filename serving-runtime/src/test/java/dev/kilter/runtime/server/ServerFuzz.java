package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.RawConnection;
import dev.kilter.runtime.fuzz.Campaign;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies through the whole server: never the server's fault, and it answers good ones afterwards. */
class ServerFuzz {

    private static final List<String> WORDS = List.of(
            "\"instances\":[",
            "\"model\":",
            "\"texts\"",
            "\"grid\"",
            "[[1,2],[3,4]]",
            "{",
            "}",
            "[",
            "]",
            ",",
            "null",
            "true",
            "1e999",
            "-1",
            "9223372036854775808",
            "NaN",
            "\"\\ud800\"",
            "[".repeat(100),
            "\"parameters\":{",
            "\"config\":",
            "\"file:1/model.onnx\":",
            "\"unload_dependents\":");

    private static final List<String> HTTP = List.of(
            "\r\n",
            "\r\n\r\n",
            "\n",
            " HTTP/1.1\r\n",
            " HTTP/1.0\r\n",
            "Content-Length: 0\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 1048577\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Inference-Header-Content-Length: 99999999999\r\n",
            "Inference-Header-Content-Length: -1\r\n",
            "Inference-Header-Content-Length: 1\r\n",
            "Content-Encoding: gzip\r\n",
            "Content-Encoding: gzip, deflate\r\n",
            "Content-Encoding: br\r\n",
            "Expect: 100-continue\r\n",
            "Connection: close\r\n",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            "Content-Type: application/grpc\r\n",
            "X-Request-Id: \u0000\r\n",
            "triton-request-timeout: -1\r\n",
            "FFFFFFFF\r\n",
            "0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\n",
            "/v2/models/%00/versions/../infer",
            "//x?y#z");

    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(new FakeModelServer()
                .with("texts", new TensorSpec("text", DataType.BYTES, Shape.of(-1)))
                .with("grid", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2, 2)))
                .with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));
        edge.models().keepNothing();
    }

    @AfterEach
    void stop() throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (edge.heldBytes() > 0 && System.nanoTime() < patience) { // what was left is noticed a moment later
            Thread.sleep(1);
        }
        assertThat(edge.heldBytes()).isZero();
        assertThat(edge.post("/v1/predict", "{\"model\":\"texts\",\"instances\":[\"a\"]}")
                        .statusCode())
                .isEqualTo(200);
        edge.close();
    }

    @Test
    void repository() {
        edge.models().control("m", new ControlOutcome.Done());
        Campaign.run("repository", Campaign.corpus("repository"), WORDS, input -> {
            for (String path : List.of("models/m/load", "models/m/unload", "index")) {
                HttpResponse<byte[]> response =
                        edge.postBytes("/v2/repository/" + path, input, "Content-Type", "application/json");
                assertThat(response.statusCode())
                        .as(new String(response.body(), StandardCharsets.UTF_8))
                        .isLessThan(500);
            }
        });
    }

    /** Whole requests, their line and headers with them. Whatever is not whole is left after a moment. */
    @Test
    void http1() {
        edge.models().control("m", new ControlOutcome.Done());
        Campaign.run("HTTP/1.1", Campaign.corpus("http1"), HTTP, input -> {
            String answers;
            try (RawConnection connection = new RawConnection(edge.port())) {
                connection.sendAsFarAsItGoes(input);
                answers = connection.readWhileItComes();
            }
            assertThat(answers).doesNotContainPattern("HTTP/1\\.1 5(?!01 |05 )\\d\\d ");
            assertThat(failed())
                    .as("of this input or one shortly before, answered late")
                    .isZero();
        });
    }

    private long failed() {
        return Collections.list(edge.metrics().metricFamilySamples()).stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample ->
                        sample.name.equals("kilter_runtime_requests_total") && sample.labelValues.contains("failed"))
                .count();
    }

    @Test
    void predict() {
        Campaign.run("predict", Campaign.corpus("predict"), WORDS, input -> {
            HttpResponse<byte[]> response = edge.postBytes("/v1/predict", input, "Content-Type", "application/json");
            assertThat(response.statusCode())
                    .as(new String(response.body(), StandardCharsets.UTF_8))
                    .isLessThan(500);
        });
    }
}
