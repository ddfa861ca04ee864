package dev.kilter.runtime.predict;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.predict.InferenceRequest;
import dev.kilter.protocol.predict.InferenceResponse;
import dev.kilter.protocol.predict.InferenceServiceGrpc.InferenceServiceImplBase;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.grpc.GrpcStatuses;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.grpc.stub.StreamObserver;

/** {@code kilter.v1.InferenceService}. */
public final class PredictService extends InferenceServiceImplBase {

    private final Edge edge;
    private final Predictor predictor;

    public PredictService(Edge edge) {
        this.edge = edge;
        this.predictor = new Predictor(edge);
    }

    @Override
    public void predict(InferenceRequest request, StreamObserver<InferenceResponse> caller) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        Exchange exchange = edge.open(ctx, Protocol.PREDICT);
        predictor.predict(ctx, exchange, request).thenAccept(response -> {
            exchange.finish(response.outcome());
            if (response.outcome() instanceof InferenceOutcome.Answered) {
                exchange.holdAnswer(response.message().getSerializedSize());
                caller.onNext(response.message());
                caller.onCompleted();
            } else {
                caller.onError(GrpcStatuses.failure(ctx, response.outcome()));
            }
        });
    }
}
