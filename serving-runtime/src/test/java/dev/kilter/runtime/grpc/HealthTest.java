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
