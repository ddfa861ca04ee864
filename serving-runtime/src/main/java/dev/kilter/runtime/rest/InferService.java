package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.TensorSpec;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v2/models/{model}[/versions/{version}]/infer}: body → tensors → models → answer. */
final class InferService extends AbstractHttpService {

    private static final String RAW = "0";

    private final Edge edge;
    private final InferRequestReader reader;
    private final InferResponseWriter writer = new InferResponseWriter();

    InferService(Edge edge) {
        this.edge = edge;
        this.reader = new InferRequestReader(edge.limits());
    }

    /** The body comes in pieces, so that what all bodies hold can be bounded; the answer goes as one. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return ExchangeType.REQUEST_STREAMING;
    }

    @Override
    protected HttpResponse doPost(ServiceRequestContext ctx, HttpRequest http) {
        Exchange exchange = edge.open(ctx, Protocol.REST);
        return HttpResponse.of(exchange.receive(http)
                .thenCompose(body -> decoded(ctx, exchange, http.headers(), body))
                .thenCompose(request -> answer(ctx, exchange, request))
                .exceptionally(failure -> Answers.rejected(exchange, failure)));
    }

    private CompletableFuture<InferRequest> decoded(
            ServiceRequestContext ctx, Exchange exchange, RequestHeaders headers, ByteBuf body) {
        return exchange.work(body.readableBytes(), () -> decode(ctx, exchange, headers, body));
    }

    private InferRequest decode(ServiceRequestContext ctx, Exchange exchange, RequestHeaders headers, ByteBuf body) {
        String name = ctx.pathParam("model");
        Optional<ServedModel> model = exchange.model(name);
        Optional<String> jsonLength = Optional.ofNullable(headers.get(InferResponseWriter.JSON_LENGTH));
        InferRequest request = jsonLength.equals(Optional.of(RAW))
                ? RawRequest.read(edge.findLoaded(name, version(ctx)), body, exchange.memory(), edge.limits())
                : reader.read(body, jsonLength, exchange.memory());
        model.flatMap(newest -> inPath(ctx, newest)).ifPresent(served -> checkOutputsFit(served.outputs(), request));
        return request;
    }

    private Optional<ServedModel> inPath(ServiceRequestContext ctx, ServedModel newest) {
        Optional<String> version = version(ctx);
        return version.isEmpty() || version.get().equals(newest.version())
                ? Optional.of(newest)
                : edge.models().versions(newest.name()).stream()
                        .filter(model -> model.version().equals(version.get()))
                        .findFirst();
    }

    /** Better told before the model runs than after. */
    private static void checkOutputsFit(List<TensorSpec> outputs, InferRequest request) {
        for (TensorSpec output : outputs) {
            boolean asked = request.outputs().isEmpty() || request.outputs().containsKey(output.name());
            boolean binaryOnly = output.type() == DataType.FP16 || output.type() == DataType.BF16;
            if (asked && binaryOnly && !request.isBinary(output.name())) {
                throw OutputData.binaryOnly(output.name(), output.type().name());
            }
        }
    }

    private CompletableFuture<HttpResponse> answer(ServiceRequestContext ctx, Exchange exchange, InferRequest request) {
        List<String> outputs = List.copyOf(request.outputs().keySet());
        return exchange.infer(
                        ctx.pathParam("model"),
                        version(ctx),
                        request.inputs(),
                        outputs,
                        request.timeoutMicros(),
                        request.priority())
                .thenCompose(outcome -> encoded(ctx, exchange, request, outcome));
    }

    private CompletableFuture<HttpResponse> encoded(
            ServiceRequestContext ctx, Exchange exchange, InferRequest request, InferenceOutcome outcome) {
        if (!(outcome instanceof InferenceOutcome.Answered answered)) {
            exchange.finish(outcome);
            return CompletableFuture.completedFuture(Answers.failure(outcome));
        }
        return exchange.work(InferResponseWriter.bytes(answered), () -> {
            HttpResponse response = writer.write(request, answered, ctx.alloc(), exchange::holdAnswer);
            exchange.finish(outcome);
            return response;
        });
    }

    private static Optional<String> version(ServiceRequestContext ctx) {
        return Optional.ofNullable(ctx.pathParam("version"));
    }
}
