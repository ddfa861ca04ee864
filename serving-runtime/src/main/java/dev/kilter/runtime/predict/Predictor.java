package dev.kilter.runtime.predict;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.predict.InferenceRequest;
import dev.kilter.protocol.predict.InferenceResponse;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.RequestId;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The predict method, whatever protocol it is asked by. */
final class Predictor {

    private final Edge edge;

    Predictor(Edge edge) {
        this.edge = edge;
    }

    /** @param message empty unless answered */
    record Response(InferenceOutcome outcome, InferenceResponse message) {}

    /** Answers; the stage completes normally, and the exchange is finished by who gets it. */
    CompletionStage<Response> predict(ServiceRequestContext ctx, Exchange exchange, InferenceRequest request) {
        // The request is not kept while it waits: each of its values is an object.
        int instances = request.getInstancesCount();
        String id = request.getId().isEmpty() ? RequestId.of(ctx) : request.getId();
        return outcome(exchange, request)
                .thenApply(outcome -> response(id, instances, outcome))
                .exceptionally(failure -> failed(exchange.outcomeOf(failure)));
    }

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

    static Response failed(InferenceOutcome outcome) {
        return new Response(outcome, InferenceResponse.getDefaultInstance());
    }

    private static Response response(String id, int instances, InferenceOutcome outcome) {
        if (!(outcome instanceof InferenceOutcome.Answered answered)) {
            return failed(outcome);
        }
        Optional<String> problem = Predictions.problem(answered.outputs(), instances);
        if (problem.isPresent()) {
            return failed(new InferenceOutcome.Failed(problem.get()));
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
