package dev.kilter.runtime.predict;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.rest.Answers;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.netty.buffer.ByteBuf;

/**
 * {@code POST /v1/predict}: the predict method's messages in the JSON that protobuf gives them. What the header says of
 * the body's type does not matter, so that {@code curl -d '{…}'} works as it stands.
 */
public final class PredictHttp implements HttpService {

    /** Where it is served. */
    public static final String PATH = "/v1/predict";

    private final Edge edge;
    private final Predictor predictor;
    private final PredictJson json;

    public PredictHttp(Edge edge) {
        this.edge = edge;
        this.predictor = new Predictor(edge);
        this.json = new PredictJson(edge.limits());
    }

    /** The body comes in pieces, so that what all bodies hold can be bounded; the answer goes as one. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return ExchangeType.REQUEST_STREAMING;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        Exchange exchange = edge.open(ctx, Protocol.PREDICT);
        return HttpResponse.of(exchange.receive(http)
                .thenCompose(body -> predictor.predict(ctx, exchange, json.read(body)))
                .thenApply(response -> {
                    HttpResponse answer = response.outcome() instanceof InferenceOutcome.Answered
                            ? answered(exchange, PredictJson.write(response.message(), ctx.alloc()))
                            : Answers.failure(response.outcome());
                    exchange.finish(response.outcome());
                    return answer;
                })
                .exceptionally(failure -> Answers.rejected(exchange, failure)));
    }

    private static HttpResponse answered(Exchange exchange, ByteBuf json) {
        exchange.holdAnswer(json.capacity());
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(json));
    }
}
