package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.gateway.counting.Ledger;
import dev.kilter.gateway.counting.ModelCounters;
import dev.kilter.gateway.routing.ModelRoute;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Every call that is not the gateway's own: asked → model → pod → answer, counted. Requests and answers are taken
 * whole: a request must be there whole to be sent again, and an answer must have begun well before it can be passed on.
 */
public final class ForwardingService implements HttpService {

    private static final long SHORTEST_DEFAULT_DEADLINE_MILLIS = 10_000;
    private static final double DEFAULT_DEADLINE_IN_OBJECTIVES = 20;

    private final Upstreams upstreams;
    private final Ledger ledger;
    private final Resolver resolver;
    private final BooleanSupplier draining;

    /** @param draining whether clients are to be told that it is not ready */
    public ForwardingService(Upstreams upstreams, Ledger ledger, BooleanSupplier draining) {
        this.upstreams = upstreams;
        this.ledger = ledger;
        this.resolver = new Resolver(upstreams.routing());
        this.draining = draining;
    }

    @Override
    public ExchangeType exchangeType(RoutingContext routingContext) {
        return ExchangeType.REQUEST_STREAMING; // Taken whole all the same, but counted while it arrives.
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
        BodyBudget.Lease lease = upstreams.bodies().lease();
        lease.announced(req.headers().contentLength());
        ctx.log().whenComplete().thenRun(lease::close);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        HttpResponse response = HttpResponse.of(Gathering.of(req, ctx.eventLoop(), ctx.alloc(), lease::takeOfRequest)
                .thenCompose(request -> answer(ctx, request, lease, gone))
                .whenComplete((answer, cause) -> lease.answered(System.nanoTime(), () -> hangUp(ctx))));
        // A deadline cancels the context, a client that hangs up only the answer.
        ctx.whenRequestCancelling().thenAccept(cause -> gone.complete(null));
        response.whenComplete().exceptionally(cause -> {
            gone.complete(null);
            return null;
        });
        return response;
    }

    /** Armeria's own timeout ends when an answer is there, not when it is read. */
    private static void hangUp(ServiceRequestContext ctx) {
        Channel channel = ctx.log().partial().channel();
        if (channel != null) {
            channel.close();
        }
    }

    private CompletableFuture<HttpResponse> answer(
            ServiceRequestContext ctx,
            AggregatedHttpRequest request,
            BodyBudget.Lease lease,
            CompletableFuture<Void> gone) {
        Dialect dialect = Dialect.of(request.headers());
        Asked asked = switch (dialect) {
            case REST -> Asked.rest(request.method(), ctx.path());
            case GRPC -> Asked.grpc(ctx.path());
        };
        return switch (asked) {
            case Asked.OfModel ofModel -> forward(ctx, dialect, request, lease, gone, resolver.resolve(ofModel));
            case Asked.ByMessage byMessage ->
                forward(ctx, dialect, request, lease, gone, resolver.resolve(byMessage, request));
            case Asked.ByJson() -> forward(ctx, dialect, request, lease, gone, resolver.resolveJson(request));
            case Asked.OfServer() ->
                forward(ctx, dialect, request, lease, gone, resolver.resolveServer(request.headers()));
            case Asked.Live() -> own(request, OwnAnswers.flag(dialect, true));
            case Asked.Ready() ->
                own(request, OwnAnswers.flag(dialect, !draining.getAsBoolean() && resolver.ready(request.headers())));
            case Asked.Health() -> own(request, OwnAnswers.health(request, upstreams.routing()));
            case Asked.Nothing(Problem problem) -> own(request, problem.toResponse(dialect));
        };
    }

    private static CompletableFuture<HttpResponse> own(AggregatedHttpRequest request, HttpResponse response) {
        request.content().close();
        return CompletableFuture.completedFuture(response);
    }

    private CompletableFuture<HttpResponse> forward(
            ServiceRequestContext ctx,
            Dialect dialect,
            AggregatedHttpRequest request,
            BodyBudget.Lease lease,
            CompletableFuture<Void> gone,
            Resolver.Found found) {
        return switch (found) {
            case Resolver.Found.None(Problem problem) -> {
                ledger.unrouted();
                yield own(request, problem.toResponse(dialect));
            }
            case Resolver.Found.Model(ModelRoute route, boolean inference) -> {
                ModelCounters counters = ledger.of(route);
                Optional<Boolean> degradable = Optional.of(route.maxDegradedShare())
                        .filter(share -> inference && share > 0)
                        .map(counters.lesserAnswers()::permits);
                if (inference) {
                    Count.on(ctx, dialect, counters, degradable);
                }
                Forwarding forwarding = new Forwarding(
                        upstreams,
                        ctx,
                        dialect,
                        route.name(),
                        request,
                        degradable,
                        lease,
                        deadline(ctx, request.headers(), route),
                        inference ? counters::retried : () -> {});
                gone.thenRun(forwarding::cancel);
                yield forwarding.start();
            }
        };
    }

    /** Sets the request's timeout, from its arrival, to what the client says, else to many times the objective. */
    private static long deadline(ServiceRequestContext ctx, RequestHeaders headers, ModelRoute route) {
        long nanos = Deadline.nanos(headers)
                .orElseGet(() -> 1_000_000
                        * Math.max(SHORTEST_DEFAULT_DEADLINE_MILLIS, (long)
                                (DEFAULT_DEADLINE_IN_OBJECTIVES * route.sloMillis())));
        ctx.setRequestTimeout(TimeoutMode.SET_FROM_START, Duration.ofNanos(nanos));
        return ctx.log().partial().requestStartTimeNanos() + nanos;
    }
}
