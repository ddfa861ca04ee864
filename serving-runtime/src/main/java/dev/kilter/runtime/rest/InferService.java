package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregationOptions;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.TensorSpec;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** {@code POST /v2/models/{model}[/versions/{version}]/infer}: body → tensors → models → answer. */
final class InferService extends AbstractHttpService {

    /** Above this many bytes a body is decoded beside the event loop, which has other connections to serve. */
    private static final int LARGE_BODY = 256 << 10;

    private static final String RAW = "0";

    private final Edge edge;
    private final InferRequestReader reader;
    private final InferResponseWriter writer = new InferResponseWriter();

    InferService(Edge edge) {
        this.edge = edge;
        this.reader = new InferRequestReader(edge.limits());
    }

    @Override
    protected HttpResponse doPost(ServiceRequestContext ctx, HttpRequest http) {
        Exchange exchange = edge.open(ctx, Protocol.REST);
        return HttpResponse.of(http.aggregate(AggregationOptions.usePooledObjects(ctx.alloc(), ctx.eventLoop()))
                .thenCompose(body -> decoded(ctx, exchange, body)
                        .thenCompose(request -> answer(ctx, exchange, request))
                        .exceptionally(failure -> rejected(exchange, failure))));
    }

    private CompletableFuture<InferRequest> decoded(
            ServiceRequestContext ctx, Exchange exchange, AggregatedHttpRequest http) {
        ByteBuf body = exchange.memory().keep(http.content().byteBuf());
        Executor here = body.readableBytes() > LARGE_BODY ? ctx.blockingTaskExecutor() : Runnable::run;
        return CompletableFuture.supplyAsync(() -> decode(ctx, exchange, http, body), here);
    }

    private InferRequest decode(
            ServiceRequestContext ctx, Exchange exchange, AggregatedHttpRequest http, ByteBuf body) {
        String model = ctx.pathParam("model");
        exchange.model(model);
        Optional<String> jsonLength = Optional.ofNullable(http.headers().get(InferResponseWriter.JSON_LENGTH));
        InferRequest request = jsonLength.equals(Optional.of(RAW))
                ? RawRequest.read(edge.findLoaded(model, version(ctx)), body, exchange.memory(), edge.limits())
                : reader.read(body, jsonLength, exchange.memory());
        checkOutputsFit(model, request);
        return request;
    }

    /** Better told before the model runs than after. */
    private void checkOutputsFit(String model, InferRequest request) {
        List<TensorSpec> outputs =
                edge.models().model(model).map(m -> m.outputs()).orElse(List.of());
        for (TensorSpec output : outputs) {
            boolean asked = request.outputs().isEmpty() || request.outputs().containsKey(output.name());
            boolean binaryOnly = output.type() == DataType.FP16 || output.type() == DataType.BF16;
            if (asked && binaryOnly && !request.isBinary(output.name())) {
                throw OutputData.binaryOnly(output.name(), output.type().name());
            }
        }
    }

    private CompletionStage<HttpResponse> answer(ServiceRequestContext ctx, Exchange exchange, InferRequest request) {
        List<String> outputs = List.copyOf(request.outputs().keySet());
        return exchange.infer(ctx.pathParam("model"), version(ctx), request.inputs(), outputs, request.timeoutMicros())
                .thenApply(outcome -> {
                    HttpResponse response = outcome instanceof InferenceOutcome.Answered answered
                            ? writer.write(request, answered, ctx.alloc())
                            : Answers.failure(outcome);
                    exchange.finish(outcome);
                    return response;
                });
    }

    private static HttpResponse rejected(Exchange exchange, Throwable failure) {
        InferenceOutcome outcome = exchange.outcomeOf(failure);
        exchange.finish(outcome);
        return Answers.failure(outcome);
    }

    private static Optional<String> version(ServiceRequestContext ctx) {
        return Optional.ofNullable(ctx.pathParam("version"));
    }
}
