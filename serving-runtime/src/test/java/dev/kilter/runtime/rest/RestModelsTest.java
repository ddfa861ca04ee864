package dev.kilter.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestModelsTest {

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
    void ready() {
        edge.models().become("echo", new ServedModel.State.Ready());
    }

    @Test
    void theServerTellsItsNameVersionAndExtensions() throws IOException {
        for (String path : new String[] {"/v2", "/v2/"}) {
            JsonNode server = json(edge.get(path));
            assertThat(server.get("name").asText()).isEqualTo("kilter");
            assertThat(server.get("version").asText()).isNotEmpty();
            assertThat(server.get("extensions").toString()).contains("\"binary_tensor_data\"", "\"statistics\"");
        }
    }

    @Test
    void metadataIsToldWithAndWithoutTheVersion() throws IOException {
        JsonNode metadata = json(edge.get("/v2/models/echo"));
        assertThat(metadata.toString())
                .isEqualTo("{\"name\":\"echo\",\"versions\":[\"1\"],\"platform\":\"onnx_onnxv1\","
                        + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}],"
                        + "\"outputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}]}");
        assertThat(json(edge.get("/v2/models/echo/versions/1"))).isEqualTo(metadata);
        assertThat(edge.get("/v2/models/echo/versions/2").statusCode()).isEqualTo(404);
    }

    @Test
    void configLeavesOutTheBatchDimensionAndTellsItsSize() throws IOException {
        JsonNode config = json(edge.get("/v2/models/echo/config"));
        assertThat(config.get("max_batch_size").asInt()).isEqualTo(8);
        assertThat(config.get("backend").asText()).isEqualTo("onnx");
        assertThat(config.at("/input/0").toString())
                .isEqualTo("{\"name\":\"x\",\"data_type\":\"TYPE_FP32\",\"dims\":[2]}");
        assertThat(json(edge.get("/v2/models/echo/versions/1/config"))).isEqualTo(config);
    }

    @Test
    void statisticsAreToldOfOneAndOfAll() throws IOException {
        JsonNode one = json(edge.get("/v2/models/echo/stats"));
        assertThat(one.at("/model_stats/0/inference_stats/success/count").asInt())
                .isEqualTo(3);
        assertThat(one.at("/model_stats/0/inference_stats/queue/ns").asInt()).isEqualTo(3_000_000);
        assertThat(one.at("/model_stats/0/batch_stats/0/batch_size").asInt()).isEqualTo(2);
        assertThat(one.at("/model_stats/0/last_inference").asLong()).isEqualTo(1_700_000_000_000L);
        assertThat(json(edge.get("/v2/models/stats"))).isEqualTo(one);
        assertThat(json(edge.get("/v2/models/echo/versions/1/stats"))).isEqualTo(one);
    }

    @Test
    void aLoadingServerIsLiveButNotReady() throws IOException {
        assertThat(edge.get("/v2/health/ready").statusCode()).isEqualTo(200);
        edge.models().become("echo", new ServedModel.State.Loading("download 10%"));
        assertThat(edge.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(edge.get("/v2/health/ready").statusCode()).isEqualTo(503);
        HttpResponse<String> ready = edge.get("/v2/models/echo/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("{\"name\":\"echo\",\"ready\":false,\"reason\":\"download 10%\"}");
        HttpResponse<String> metadata = edge.get("/v2/models/echo");
        assertThat(metadata.statusCode()).isEqualTo(503);
        assertThat(metadata.headers().firstValue("Retry-After")).contains("1");
        assertThat(metadata.body()).contains("model echo: LOADING, download 10%");
    }

    @Test
    void theRepositoryHasAnIndexAndTakesNoCommands() throws IOException {
        assertThat(json(edge.post("/v2/repository/index", "")).toString())
                .isEqualTo("[{\"name\":\"echo\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
        edge.models().become("echo", new ServedModel.State.Failed("no such file"));
        assertThat(json(edge.post("/v2/repository/index", "{}")).toString())
                .isEqualTo(
                        "[{\"name\":\"echo\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"no such file\"}]");
        assertThat(json(edge.post("/v2/repository/index", "{\"ready\":true}"))).isEmpty();
        assertThat(edge.post("/v2/repository/index", "[").statusCode()).isEqualTo(400);
        assertThat(edge.post("/v2/repository/models/echo/load", "{}").statusCode())
                .isEqualTo(501);
        assertThat(edge.post("/v2/repository/models/echo/unload", "{}").statusCode())
                .isEqualTo(501);
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }
}
