package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ServerLiveRequest;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionStub;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LateGrpcTest {

    private final RunningEdge edge =
            new RunningEdge(new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1))));

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void callersThatComeBeforeItIsCompleteAreAllAnswered() {
        List<CompletableFuture<Boolean>> callers = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        this::live, caller -> Thread.ofVirtual().start(caller)))
                .toList();
        assertThat(callers)
                .allSatisfy(
                        caller -> assertThat(caller.get(30, TimeUnit.SECONDS)).isTrue());
    }

    @Test
    void completedAheadItAnswersTheSame() throws Exception {
        edge.server().complete();
        edge.server().complete();
        assertThat(live()).isTrue();
        assertThat(reflected()).contains("inference.GRPCInferenceService", "kilter.v1.InferenceService");
    }

    @Test
    void reflectionTellsWhatNobodyHasAskedForYet() throws Exception {
        assertThat(reflected())
                .contains(
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "inference.GRPCInferenceService",
                        "kilter.v1.InferenceService");
    }

    private boolean live() {
        return edge.grpc(GRPCInferenceServiceBlockingStub.class)
                .serverLive(ServerLiveRequest.getDefaultInstance())
                .getLive();
    }

    private List<String> reflected() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> asking = edge.grpc(ServerReflectionStub.class)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("no answer"));
                    }
                });
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        List<String> services = answer.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName)
                .toList();
        asking.onCompleted();
        return services;
    }
}
