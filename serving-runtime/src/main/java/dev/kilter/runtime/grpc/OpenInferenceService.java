package dev.kilter.runtime.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.kilter.protocol.inference.ModelConfigRequest;
import dev.kilter.protocol.inference.ModelConfigResponse;
import dev.kilter.protocol.inference.ModelMetadataRequest;
import dev.kilter.protocol.inference.ModelMetadataResponse;
import dev.kilter.protocol.inference.ModelReadyRequest;
import dev.kilter.protocol.inference.ModelReadyResponse;
import dev.kilter.protocol.inference.ModelStatisticsRequest;
import dev.kilter.protocol.inference.ModelStatisticsResponse;
import dev.kilter.protocol.inference.RepositoryIndexRequest;
import dev.kilter.protocol.inference.RepositoryIndexResponse;
import dev.kilter.protocol.inference.RepositoryModelLoadRequest;
import dev.kilter.protocol.inference.RepositoryModelLoadResponse;
import dev.kilter.protocol.inference.RepositoryModelUnloadRequest;
import dev.kilter.protocol.inference.RepositoryModelUnloadResponse;
import dev.kilter.protocol.inference.ServerLiveRequest;
import dev.kilter.protocol.inference.ServerLiveResponse;
import dev.kilter.protocol.inference.ServerMetadataRequest;
import dev.kilter.protocol.inference.ServerMetadataResponse;
import dev.kilter.protocol.inference.ServerReadyRequest;
import dev.kilter.protocol.inference.ServerReadyResponse;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.RepositoryParameters;
import dev.kilter.runtime.exchange.ServerIdentity;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** {@code inference.GRPCInferenceService}. */
public final class OpenInferenceService extends GRPCInferenceServiceImplBase {

    private final Edge edge;
    private final Set<InferenceStream> streams = ConcurrentHashMap.newKeySet();

    public OpenInferenceService(Edge edge) {
        this.edge = edge;
    }

    /** Ends open streams once what they took is answered. */
    public void endStreams() {
        streams.forEach(InferenceStream::leave);
    }

    /** The service, with inference on messages as they are encoded. */
    public ServerServiceDefinition definition() {
        return EncodedMessages.define(
                bindService(),
                Map.of(
                        GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
                        ServerCalls.asyncUnaryCall(this::infer),
                        GRPCInferenceServiceGrpc.getModelStreamInferMethod().getFullMethodName(),
                        ServerCalls.asyncBidiStreamingCall(this::stream)));
    }

    /** What {@link UnaryInference} does not read: other forms of the same messages, such as gRPC-Web. */
    private void infer(byte[] request, StreamObserver<byte[]> caller) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        Exchange exchange = edge.open(ctx, Protocol.GRPC);
        InferenceHandler.infer(
                        exchange,
                        new InferMessage(edge.limits()),
                        request.length,
                        () -> exchange.memory().take(request.length).writeBytes(request),
                        OpenInferenceService::encoded)
                .thenAccept(result -> {
                    if (result.outcome() instanceof InferenceOutcome.Answered) {
                        caller.onNext(result.encoded());
                        caller.onCompleted();
                    } else {
                        caller.onError(GrpcStatuses.failure(ctx, result.outcome()));
                    }
                });
    }

    private static byte[] encoded(InferAnswer answer) {
        byte[] message = new byte[answer.size()];
        answer.write(Unpooled.wrappedBuffer(message).clear());
        return message;
    }

    private StreamObserver<byte[]> stream(StreamObserver<byte[]> caller) {
        InferenceStream stream = new InferenceStream(
                ServiceRequestContext.current(), edge, (ServerCallStreamObserver<byte[]>) caller, streams::remove);
        streams.add(stream);
        return stream;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> caller) {
        answer(
                caller,
                () -> ServerLiveResponse.newBuilder()
                        .setLive(edge.models().live())
                        .build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> caller) {
        answer(
                caller,
                () -> ServerReadyResponse.newBuilder().setReady(edge.ready()).build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> caller) {
        answer(
                caller,
                () -> ModelReadyResponse.newBuilder()
                        .setReady(edge.ready(edge.find(request.getName(), version(request.getVersion()))))
                        .build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> caller) {
        ServerIdentity server = ServerIdentity.current();
        answer(
                caller,
                () -> ServerMetadataResponse.newBuilder()
                        .setName(server.name())
                        .setVersion(server.version())
                        .addAllExtensions(server.extensions())
                        .build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> caller) {
        answer(caller, () -> ModelMessages.metadata(edge.findLoaded(request.getName(), version(request.getVersion()))));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> caller) {
        answer(caller, () -> ModelMessages.config(edge.findLoaded(request.getName(), version(request.getVersion()))));
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> caller) {
        answer(
                caller,
                () -> request.getName().isEmpty()
                        ? StatisticsMessages.of(edge.all())
                        : StatisticsMessages.of(edge.versions(request.getName(), version(request.getVersion()))));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> caller) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        ctx.blockingTaskExecutor()
                .execute(() -> answer(caller, () -> {
                    RepositoryMessages.checkRepository(request.getRepositoryName());
                    return RepositoryMessages.index(edge.models().index(), request.getReady());
                }));
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> caller) {
        change(caller, RepositoryModelLoadResponse.getDefaultInstance(), () -> {
            RepositoryMessages.checkRepository(request.getRepositoryName());
            RepositoryParameters.checkLoad(request.getParametersMap().keySet());
            return edge.models().load(request.getModelName());
        });
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> caller) {
        change(caller, RepositoryModelUnloadResponse.getDefaultInstance(), () -> {
            RepositoryMessages.checkRepository(request.getRepositoryName());
            RepositoryParameters.checkUnload(request.getParametersMap().keySet());
            return edge.models().unload(request.getModelName());
        });
    }

    private static <T> void change(StreamObserver<T> caller, T done, Supplier<CompletionStage<ControlOutcome>> change) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        ctx.clearRequestTimeout(); // a load takes what it takes; the caller's own deadline is its patience
        try {
            change.get().thenAccept(outcome -> RepositoryMessages.answer(caller, done, outcome));
        } catch (Rejection e) {
            caller.onError(GrpcStatuses.failure(ctx, e.outcome()));
        }
    }

    private static <T> void answer(StreamObserver<T> caller, Supplier<T> message) {
        try {
            caller.onNext(message.get());
            caller.onCompleted();
        } catch (Rejection e) {
            caller.onError(GrpcStatuses.failure(ServiceRequestContext.current(), e.outcome()));
        }
    }

    private static Optional<String> version(String version) {
        return Optional.of(version).filter(v -> !v.isEmpty());
    }
}
