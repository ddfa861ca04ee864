package dev.kilter.runtime.server;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.kilter.runtime.exchange.BodyReader;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.TensorMemory;
import io.netty.buffer.ByteBuf;

/**
 * Before a service that takes bodies whole: receives them within what all requests together may hold, where Armeria by
 * itself would gather any number of them. Streams of messages pass.
 */
final class BoundedBodies extends SimpleDecoratingHttpService {

    private final Edge edge;

    BoundedBodies(HttpService service, Edge edge) {
        super(service);
        this.edge = edge;
    }

    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        ExchangeType type = super.exchangeType(routing);
        return switch (type) {
            case UNARY -> ExchangeType.REQUEST_STREAMING;
            case RESPONSE_STREAMING -> ExchangeType.BIDI_STREAMING;
            case REQUEST_STREAMING, BIDI_STREAMING -> type;
        };
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
        if (super.exchangeType(ctx.routingContext()).isRequestStreaming()) {
            return unwrap().serve(ctx, http);
        }
        TensorMemory memory = edge.memory(ctx);
        ctx.log().whenComplete().thenAccept(_ -> memory.close());
        return HttpResponse.of(BodyReader.read(ctx, http, memory, edge.bodyPatience())
                .handle((body, failure) -> failure == null ? passOn(ctx, http, body) : refused(ctx, failure)));
    }

    private HttpResponse passOn(ServiceRequestContext ctx, HttpRequest http, ByteBuf body) {
        HttpRequest whole = body.isReadable()
                ? HttpRequest.of(http.headers(), HttpData.wrap(body.retainedDuplicate()))
                : HttpRequest.of(http.headers());
        ctx.updateRequest(whole);
        try (SafeCloseable _ = ctx.push()) {
            return unwrap().serve(ctx, whole);
        } catch (Exception e) {
            return HttpResponse.ofFailure(e);
        }
    }

    private static HttpResponse refused(ServiceRequestContext ctx, Throwable failure) {
        Throwable cause = Exchange.cause(failure);
        if (cause instanceof ContentTooLargeException) {
            return HttpResponse.ofFailure(cause);
        }
        return Exchange.told(cause)
                .map(outcome -> ErrorAnswers.of(ctx, outcome))
                .orElseGet(() -> HttpResponse.ofFailure(failure));
    }
}
