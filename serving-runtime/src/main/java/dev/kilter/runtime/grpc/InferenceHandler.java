package dev.kilter.runtime.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.inference.InferParameter;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.runtime.exchange.Deadlines;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One {@code ModelInferRequest} → tensors → models → {@code ModelInferResponse}. */
final class InferenceHandler {

    private final Edge edge;

    InferenceHandler(Edge edge) {
        this.edge = edge;
    }

    /** The stage fails with a {@code StatusRuntimeException}. */
    CompletionStage<ModelInferResponse> infer(ServiceRequestContext ctx, ModelInferRequest request) {
        Exchange exchange = edge.open(ctx, Protocol.GRPC);
        return call(exchange, request).handle((response, failure) -> {
            InferenceOutcome outcome = failure == null ? response.outcome() : exchange.outcomeOf(failure);
            exchange.finish(outcome);
            if (outcome instanceof InferenceOutcome.Answered) {
                return response.message();
            }
            throw GrpcStatuses.failure(ctx, outcome);
        });
    }

    /** @param message empty unless answered */
    private record Response(InferenceOutcome outcome, ModelInferResponse message) {}

    private CompletionStage<Response> call(Exchange exchange, ModelInferRequest request) {
        try {
            exchange.model(request.getModelName());
            List<Tensor> inputs = RequestTensors.read(request, exchange.memory(), edge.limits());
            Refusals.check("parameters", request.getParametersMap(), Refusals.OF_REQUESTS);
            return exchange.infer(
                            request.getModelName(),
                            Optional.of(request.getModelVersion()).filter(v -> !v.isEmpty()),
                            inputs,
                            outputs(request),
                            timeout(request))
                    .thenApply(outcome -> new Response(outcome, message(request, outcome)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private List<String> outputs(ModelInferRequest request) {
        if (request.getOutputsCount() > edge.limits().tensors()) {
            throw Rejection.invalid(
                    "outputs",
                    request.getOutputsCount() + " tensors",
                    "at most " + edge.limits().tensors());
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < request.getOutputsCount(); i++) {
            ModelInferRequest.InferRequestedOutputTensor output = request.getOutputs(i);
            String field = "outputs[" + i + "]";
            Refusals.check(field + ".parameters", output.getParametersMap(), Refusals.OF_TENSORS);
            if (!names.add(output.getName())) {
                throw Rejection.invalid(field + ".name", output.getName() + ", a second time", "each output once");
            }
        }
        return List.copyOf(names);
    }

    private static OptionalLong timeout(ModelInferRequest request) {
        InferParameter timeout = request.getParametersMap().get("timeout");
        if (timeout == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                switch (timeout.getParameterChoiceCase()) {
                    case INT64_PARAM -> Deadlines.micros("parameters.timeout", timeout.getInt64Param());
                    case UINT64_PARAM -> Deadlines.micros("parameters.timeout", timeout.getUint64Param());
                    case BOOL_PARAM, STRING_PARAM, DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET ->
                        throw Rejection.invalid(
                                "parameters.timeout", timeout.getParameterChoiceCase(), "microseconds as int64_param");
                });
    }

    private static ModelInferResponse message(ModelInferRequest request, InferenceOutcome outcome) {
        if (!(outcome instanceof InferenceOutcome.Answered answered)) {
            return ModelInferResponse.getDefaultInstance();
        }
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answered.model())
                .setModelVersion(answered.version())
                .setId(request.getId())
                .putParameters(
                        "variant",
                        InferParameter.newBuilder()
                                .setStringParam(answered.variant())
                                .build());
        ResponseTensors.write(answered.outputs(), request.getRawInputContentsCount() > 0, response);
        return response.build();
    }
}
