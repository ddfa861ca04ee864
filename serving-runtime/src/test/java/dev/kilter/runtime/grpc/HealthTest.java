package dev.kilter.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ModelReadyRequest;
import dev.kilter.protocol.inference.ServerLiveRequest;
import dev.kilter.protocol.inference.ServerReadyRequest;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthTest {

    private RunningEdge edge;
    private GRPCInferenceServiceBlockingStub client;

    @BeforeEach
    void start() {
        edge = new RunningEdge(new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1))));
        client = edge.grpc(GRPCInferenceServiceBlockingStub.class);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void healthFollowsTheModelsAndTheDrain() {
        HealthBlockingStub health = edge.grpc(HealthBlockingStub.class);
        assertThat(status(health, "")).isEqualTo(ServingStatus.SERVING);
        assertThat(status(health, "inference.GRPCInferenceService")).isEqualTo(ServingStatus.SERVING);
        assertThat(status(health, "echo")).isEqualTo(ServingStatus.SERVING);
        edge.models().become("echo", new ServedModel.State.Loading("download 10%"));
        assertThat(status(health, "echo")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(status(health, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isFalse();
        assertThat(client.modelReady(
                                ModelReadyRequest.newBuilder().setName("echo").build())
                        .getReady())
                .isFalse();
        edge.models().become("echo", new ServedModel.State.Ready());
        edge.server().beginDrain();
        assertThat(status(health, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThatThrownBy(() -> status(health, "other")).hasMessageContaining("NOT_FOUND");
    }

    /**
     * Each state of a model, and what the server, the model and the process's liveness are told as, by both protocols.
     */
    @Test
    void healthIsRightInEachStateOfAModel() {
        assertHealth(new ServedModel.State.Loading("download 10%"), false, "LOADING");
        assertHealth(new ServedModel.State.Failed("no such file"), false, "UNAVAILABLE");
        assertHealth(new ServedModel.State.Draining(), false, "UNLOADING");
        assertHealth(new ServedModel.State.Unloading(), false, "UNLOADING");
        assertHealth(new ServedModel.State.Unloaded("unloaded"), false, "UNAVAILABLE");
        assertHealth(new ServedModel.State.Ready(), true, "READY");
    }

    private void assertHealth(ServedModel.State state, boolean ready, String name) {
        HealthBlockingStub health = edge.grpc(HealthBlockingStub.class);
        ServingStatus expected = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        int http = ready ? 200 : 503;
        edge.models().become("echo", state);
        assertThat(status(health, "")).as(name).isEqualTo(expected);
        assertThat(status(health, "echo")).as(name).isEqualTo(expected);
        assertThat(status(health, "echo/1")).as(name).isEqualTo(expected);
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .as(name)
                .isEqualTo(ready);
        assertThat(client.modelReady(
                                ModelReadyRequest.newBuilder().setName("echo").build())
                        .getReady())
                .as(name)
                .isEqualTo(ready);
        assertThat(edge.get("/v2/health/live").statusCode()).as(name).isEqualTo(200);
        assertThat(edge.get("/v2/health/ready").statusCode()).as(name).isEqualTo(http);
        assertThat(edge.get("/v2/models/echo/ready").statusCode()).as(name).isEqualTo(http);
        assertThat(edge.get("/v2/models/echo/versions/1/ready").statusCode())
                .as(name)
                .isEqualTo(http);
        assertThat(edge.post("/v2/repository/index", "").body()).contains("\"state\":\"" + name + "\"");
    }

    @Test
    void aModelIsReadyByItselfWhileAnotherLoads() {
        edge.models().with("other", new TensorSpec("x", DataType.FP32, Shape.of(-1)));
        edge.models().become("other", new ServedModel.State.Loading("download 10%"));
        HealthBlockingStub health = edge.grpc(HealthBlockingStub.class);
        assertThat(status(health, "echo")).isEqualTo(ServingStatus.SERVING);
        assertThat(status(health, "other")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(status(health, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(edge.get("/v2/models/echo/ready").statusCode()).isEqualTo(200);
    }

    /** A model is as ready as the version that answers who asks for none; each version tells of itself. */
    @Test
    void aVersionThatLoadsOrFailedLeavesTheModelReadyByTheOther() {
        edge.models().with("echo", 2, new TensorSpec("x", DataType.FP32, Shape.of(-1)));
        HealthBlockingStub health = edge.grpc(HealthBlockingStub.class);
        for (ServedModel.State state : List.of(
                new ServedModel.State.Loading("download 10%"),
                new ServedModel.State.Failed("no such file"),
                new ServedModel.State.Unloading(),
                new ServedModel.State.Unloaded("unloaded"))) {
            edge.models().become("echo", 2, state);
            assertThat(status(health, "echo")).isEqualTo(ServingStatus.SERVING);
            assertThat(status(health, "echo/1")).isEqualTo(ServingStatus.SERVING);
            assertThat(status(health, "echo/2")).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(edge.get("/v2/models/echo/ready").statusCode()).isEqualTo(200);
            assertThat(edge.get("/v2/models/echo/versions/2/ready").statusCode())
                    .isEqualTo(503);
            assertThat(client.modelReady(ModelReadyRequest.newBuilder()
                                    .setName("echo")
                                    .setVersion("2")
                                    .build())
                            .getReady())
                    .isFalse();
        }
        assertThatThrownBy(() -> status(health, "echo/3")).hasMessageContaining("NOT_FOUND");
    }

    @Test
    void aWatchOfAVersionIsToldWhenItComesAndGoes() {
        Iterator<HealthCheckResponse> watch = edge.grpc(HealthBlockingStub.class)
                .watch(HealthCheckRequest.newBuilder().setService("echo/2").build());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
        edge.models().with("echo", 2, new TensorSpec("x", DataType.FP32, Shape.of(-1)));
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        edge.models().become("echo", 2, new ServedModel.State.Unloading());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }

    /** A model may be ready in a process that leaves: new requests should not come to it. */
    @Test
    void noModelIsReadyWhereTheServerDrains() {
        edge.server().beginDrain();
        assertThat(status(edge.grpc(HealthBlockingStub.class), "echo")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(client.modelReady(
                                ModelReadyRequest.newBuilder().setName("echo").build())
                        .getReady())
                .isFalse();
        assertThat(edge.get("/v2/models/echo/ready").statusCode()).isEqualTo(503);
        assertThat(edge.get("/v2/health/live").statusCode()).isEqualTo(200);
    }

    private static ServingStatus status(HealthBlockingStub health, String service) {
        return health.check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @Test
    void aWatchIsToldOfChangesAndEndsWithTheServer() {
        Iterator<HealthCheckResponse> watch =
                edge.grpc(HealthBlockingStub.class).watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        edge.server().beginDrain();
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        edge.server().close();
        assertThat(watch.hasNext()).isFalse();
    }
}
