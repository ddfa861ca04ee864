package dev.kilter.runtime.grpc;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.CompletableFuture;

/**
 * {@code ModelInfer} as most callers send it, by protobuf over HTTP/2, from the frame of the request to the frame of
 * the answer with one copy each way. Stands before the service that answers all other methods and forms of this one.
 */
public final class UnaryInference extends SimpleDecoratingHttpService {

    private static final String PATH =
            "/" + GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();
    private static final ResponseHeaders ANSWERED = ResponseHeaders.builder(HttpStatus.OK)
            .set(HttpHeaderNames.CONTENT_TYPE, GrpcFrame.CONTENT_TYPE)
            .build();
    private static final HttpHeaders OK = HttpHeaders.of("grpc-status", "0");

    private final Edge edge;

    /** @param others all other methods, and this one in other forms */
    public UnaryInference(HttpService others, Edge edge) {
        super(others);
        this.edge = edge;
    }

    /** The body comes in pieces, so that what all bodies hold can be bounded; the answer goes as one. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return isOurs(routing.method(), routing.path(), routing.headers())
                ? ExchangeType.REQUEST_STREAMING
                : super.exchangeType(routing);
    }

    private static boolean isOurs(HttpMethod method, String path, RequestHeaders headers) {
        return path.equals(PATH) && method == HttpMethod.POST && GrpcFrame.isRead(headers);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
        if (!isOurs(ctx.method(), ctx.path(), http.headers())) {
            return unwrap().serve(ctx, http);
        }
        Exchange exchange = edge.open(ctx, Protocol.GRPC);
        InferMessage message = new InferMessage(edge.limits());
        return HttpResponse.of(exchange.receive(http)
                .thenCompose(body -> InferenceHandler.infer(
                        exchange,
                        message,
                        body.readableBytes(),
                        () -> GrpcFrame.message(body, http.headers(), exchange.memory(), edge.limits()),
                        answer -> framed(answer, ctx.alloc())))
                .handle((result, failure) -> failure == null ? response(result) : broken(exchange, failure)));
    }

    private static ByteBuf framed(InferAnswer answer, ByteBufAllocator pool) {
        int size = answer.size();
        ByteBuf frame = pool.directBuffer(GrpcFrame.HEADER + size);
        try {
            frame.writeByte(0).writeInt(size);
            answer.write(frame);
            return frame.retain();
        } finally {
            frame.release();
        }
    }

    private static HttpResponse response(InferenceHandler.Result<ByteBuf> result) {
        return result.outcome() instanceof InferenceOutcome.Answered
                ? HttpResponse.of(ANSWERED, HttpData.wrap(result.encoded()), OK)
                : GrpcStatuses.response(result.outcome());
    }

    /** The body did not come whole. */
    private static HttpResponse broken(Exchange exchange, Throwable failure) {
        InferenceOutcome outcome = exchange.outcomeOf(failure);
        exchange.finish(outcome);
        return Exchange.cause(failure) instanceof ContentTooLargeException tooLarge
                ? HttpResponse.ofFailure(tooLarge)
                : GrpcStatuses.response(outcome);
    }
}
