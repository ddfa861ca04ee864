package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ModelConfig;
import dev.kilter.protocol.inference.ModelConfigRequest;
import dev.kilter.protocol.inference.ModelMetadataRequest;
import dev.kilter.protocol.inference.ModelRepositoryParameter;
import dev.kilter.protocol.inference.ModelStatisticsRequest;
import dev.kilter.protocol.inference.RepositoryIndexRequest;
import dev.kilter.protocol.inference.RepositoryIndexResponse.ModelIndex;
import dev.kilter.protocol.inference.RepositoryModelLoadRequest;
import dev.kilter.protocol.inference.RepositoryModelUnloadRequest;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import dev.kilter.runtime.serving.ServedModel.State;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model repository, its versions, configuration and statistics, as both protocols tell them. */
class RepositoryTest {

    private static final TensorSpec X = new TensorSpec("x", DataType.FP32, Shape.of(-1, 2));

    private RunningEdge edge;
    private GRPCInferenceServiceBlockingStub grpc;

    @BeforeEach
    void start() {
        edge = new RunningEdge(
                new FakeModelServer().with("m", 1, X).with("m", 2, X).withUnloaded("cold"));
        grpc = edge.grpc(GRPCInferenceServiceBlockingStub.class);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void theIndexHasALineForEachVersionAndOneForWhatNobodyAskedFor() {
        edge.models().become("m", 2, new State.Failed("no such file"));
        assertThat(edge.post("/v2/repository/index", "").body())
                .isEqualTo("[{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                        + "{\"name\":\"m\",\"version\":\"2\",\"state\":\"UNAVAILABLE\",\"reason\":\"no such file\"},"
                        + "{\"name\":\"cold\",\"state\":\"UNAVAILABLE\",\"reason\":\"not loaded\"}]");
        assertThat(edge.post("/v2/repository/index", "{\"ready\": true}").body())
                .isEqualTo("[{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
        assertThat(edge.post("/v2/repository/index", "null").statusCode()).isEqualTo(200);
        assertThat(grpc.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .extracting(ModelIndex::getName, ModelIndex::getVersion, ModelIndex::getState, ModelIndex::getReason)
                .map(Object::toString)
                .containsExactly(
                        "(\"m\", \"1\", \"READY\", \"\")",
                        "(\"m\", \"2\", \"UNAVAILABLE\", \"no such file\")",
                        "(\"cold\", \"\", \"UNAVAILABLE\", \"not loaded\")");
        assertThat(grpc.repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setReady(true)
                                .build())
                        .getModelsCount())
                .isEqualTo(1);
        assertThatThrownBy(() -> grpc.repositoryIndex(RepositoryIndexRequest.newBuilder()
                        .setRepositoryName("other")
                        .build()))
                .hasMessageContaining("INVALID_ARGUMENT: repository_name: other");
    }

    @Test
    void eachOutcomeOfALoadHasItsStatusInBothProtocols() {
        assertControl(new ControlOutcome.Done(), 200, "");
        assertControl(
                new ControlOutcome.Off("use --model-control explicit"), 501, "UNIMPLEMENTED: use --model-control");
        assertControl(new ControlOutcome.NotFound("no m"), 404, "NOT_FOUND: no m");
        assertControl(new ControlOutcome.Failed("bad file"), 400, "FAILED_PRECONDITION: bad file");
        assertControl(new ControlOutcome.Unavailable("stopping"), 503, "UNAVAILABLE: stopping");
    }

    private void assertControl(ControlOutcome outcome, int status, String failure) {
        edge.models().control("m", outcome);
        for (String change : new String[] {"load", "unload"}) {
            HttpResponse<String> told = edge.post("/v2/repository/models/m/" + change, "");
            assertThat(told.statusCode()).as(change + ": " + told.body()).isEqualTo(status);
        }
        if (failure.isEmpty()) {
            assertThat(load("m")).isNotNull();
            assertThat(unload("m")).isNotNull();
        } else {
            assertThatThrownBy(() -> load("m")).hasMessageContaining(failure);
            assertThatThrownBy(() -> unload("m")).hasMessageContaining(failure);
        }
    }

    private Object load(String model) {
        return grpc.repositoryModelLoad(
                RepositoryModelLoadRequest.newBuilder().setModelName(model).build());
    }

    private Object unload(String model) {
        return grpc.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                .setModelName(model)
                .putParameters(
                        "unload_dependents",
                        ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
                .build());
    }

    @Test
    void parametersThatWouldChangeWhatIsLoadedAreRefusedByName() {
        edge.models().control("m", new ControlOutcome.Done());
        HttpResponse<String> override =
                edge.post("/v2/repository/models/m/load", "{\"parameters\": {\"config\": \"{}\"}}");
        assertThat(override.statusCode()).isEqualTo(400);
        assertThat(override.body()).contains("parameters.config: given (expected: left out");
        assertThat(edge.post("/v2/repository/models/m/unload", "{\"parameters\": {\"unload_dependents\": false}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(edge.post("/v2/repository/models/m/unload", "{\"parameters\": {\"now\": true}}")
                        .body())
                .contains("parameters.now");
        assertThat(edge.post("/v2/repository/models/m/load", "{").statusCode()).isEqualTo(400);
        assertThatThrownBy(() -> grpc.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .putParameters("file:1/model.onnx", ModelRepositoryParameter.getDefaultInstance())
                        .build()))
                .hasMessageContaining("INVALID_ARGUMENT: parameters.file:1/model.onnx: given");
    }

    @Test
    void aVersionHasItsOwnMetadataConfigurationStatisticsAndReadiness() {
        for (String path : new String[] {"", "/config", "/stats", "/ready"}) {
            assertThat(edge.get("/v2/models/m/versions/1" + path).statusCode())
                    .as(path)
                    .isEqualTo(200);
            assertThat(edge.get("/v2/models/m/versions/3" + path).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(edge.get("/v2/models/m/stats").body()).contains("\"version\":\"1\"", "\"version\":\"2\"");
        assertThat(edge.get("/v2/models/m/versions/1/stats").body()).doesNotContain("\"version\":\"2\"");
        assertThat(grpc.modelStatistics(
                                ModelStatisticsRequest.newBuilder().setName("m").build())
                        .getModelStatsCount())
                .isEqualTo(2);
        assertThat(grpc.modelStatistics(ModelStatisticsRequest.newBuilder()
                                .setName("m")
                                .setVersion("2")
                                .build())
                        .getModelStatsList())
                .singleElement()
                .satisfies(stats -> {
                    assertThat(stats.getVersion()).isEqualTo("2");
                    assertThat(stats.getInferenceStats().hasCacheHit()).isTrue();
                });
        assertThat(grpc.modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName("m")
                                .setVersion("1")
                                .build())
                        .getInputsCount())
                .isEqualTo(1);
    }

    @Test
    void theConfigurationTellsVersionsInstancesAndBatching() {
        assertThat(edge.get("/v2/models/m/config").body())
                .contains(
                        "\"version_policy\":{\"latest\":{\"num_versions\":1}}",
                        "\"instance_group\":[{\"name\":\"m_0\",\"kind\":\"KIND_CPU\",\"count\":2}]",
                        "\"default_model_filename\":\"model.onnx\"",
                        "\"dynamic_batching\":{\"preferred_batch_size\":[],\"max_queue_delay_microseconds\":1500}",
                        "\"model_transaction_policy\":{\"decoupled\":false}");
        ModelConfig config = grpc.modelConfig(
                        ModelConfigRequest.newBuilder().setName("m").build())
                .getConfig();
        assertThat(config.getVersionPolicy().getLatest().getNumVersions()).isEqualTo(1);
        assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(2);
        assertThat(config.getDynamicBatching().getMaxQueueDelayMicroseconds()).isEqualTo(1500);
        assertThat(config.hasModelTransactionPolicy()).isTrue();
    }
}
