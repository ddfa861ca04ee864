package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.runtime.fuzz.Campaign;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
            "[".repeat(100));

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
    void stop() {
        assertThat(edge.heldBytes()).isZero();
        assertThat(edge.post("/v1/predict", "{\"model\":\"texts\",\"instances\":[\"a\"]}")
                        .statusCode())
                .isEqualTo(200);
        edge.close();
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
