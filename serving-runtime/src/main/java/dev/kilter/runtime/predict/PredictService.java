package dev.kilter.runtime.predict;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.predict.InferenceRequest;
import dev.kilter.protocol.predict.InferenceResponse;
import dev.kilter.protocol.predict.InferenceServiceGrpc.InferenceServiceImplBase;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.RequestId;
import dev.kilter.runtime.grpc.GrpcStatuses;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.Tensor;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code kilter.v1.InferenceService}. */
public final class PredictService extends InferenceServiceImplBase {

    private final Edge edge;

    public PredictService(Edge edge) {
        this.edge = edge;
    }

    @Override
    public void predict(InferenceRequest request, StreamObserver<InferenceResponse> caller) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        Exchange exchange = edge.open(ctx, Protocol.PREDICT);
        // The request is not kept while it waits: each of its values is an object.
        int instances = request.getInstancesCount();
        String id = request.getId().isEmpty() ? RequestId.of(ctx) : request.getId();
        outcome(exchange, request)
                .thenApply(outcome -> response(id, instances, outcome))
                .whenComplete((response, failure) -> {
                    InferenceOutcome outcome = failure == null ? response.outcome() : exchange.outcomeOf(failure);
                    exchange.finish(outcome);
                    if (outcome instanceof InferenceOutcome.Answered) {
                        caller.onNext(response.message());
                        caller.onCompleted();
                    } else {
                        caller.onError(GrpcStatuses.failure(ctx, outcome));
                    }
                });
    }

    /** @param message empty unless answered */
    private record Response(InferenceOutcome outcome, InferenceResponse message) {}

    private CompletionStage<InferenceOutcome> outcome(Exchange exchange, InferenceRequest request) {
        try {
            String name = modelName(request);
            exchange.model(name);
            ServedModel model = edge.findLoaded(name, Optional.empty());
            List<Tensor> inputs =
                    Instances.read(request.getInstancesList(), model.inputs(), exchange.memory(), edge.limits());
            return exchange.infer(name, Optional.empty(), inputs, List.of(), OptionalLong.empty(), 0);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private String modelName(InferenceRequest request) {
        if (!request.getModel().isEmpty()) {
            return request.getModel();
        }
        List<String> names = edge.models().names();
        if (names.size() != 1) {
            throw Rejection.invalid("model", "missing", "one of " + names);
        }
        return names.getFirst();
    }

    private static Response response(String id, int instances, InferenceOutcome outcome) {
        if (!(outcome instanceof InferenceOutcome.Answered answered)) {
            return new Response(outcome, InferenceResponse.getDefaultInstance());
        }
        Optional<String> problem = Predictions.problem(answered.outputs(), instances);
        if (problem.isPresent()) {
            return new Response(new InferenceOutcome.Failed(problem.get()), InferenceResponse.getDefaultInstance());
        }
        return new Response(
                answered,
                InferenceResponse.newBuilder()
                        .setModel(answered.model())
                        .setVariant(answered.variant())
                        .setId(id)
                        .addAllPredictions(Predictions.of(answered.outputs(), instances))
                        .build());
    }
}
