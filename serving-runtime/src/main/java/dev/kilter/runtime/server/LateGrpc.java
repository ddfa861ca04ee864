package dev.kilter.runtime.server;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.HttpServiceWithRoutes;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * gRPC services that are put together when somebody asks for one of them, or at leisure ({@link #complete}), and not as
 * the server starts: with the first one Armeria generates and loads writers of JSON for ten kinds of error details,
 * whether they are wanted or not, which takes as long as loading a small model.
 */
final class LateGrpc implements HttpServiceWithRoutes {

    private final Map<String, ExchangeType> methods = new LinkedHashMap<>();
    private final Supplier<GrpcService> made;
    private @Nullable ServiceConfig config;
    private volatile @Nullable GrpcService service;
    private volatile boolean complete;

    /** @param made makes the service of exactly these */
    LateGrpc(Supplier<GrpcService> made, ServiceDescriptor... services) {
        this.made = made;
        for (ServiceDescriptor service : services) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                methods.put("/" + method.getFullMethodName(), exchangeType(method.getType()));
            }
        }
    }

    private static ExchangeType exchangeType(MethodDescriptor.MethodType type) {
        return switch (type) {
            case UNARY -> ExchangeType.UNARY;
            case CLIENT_STREAMING -> ExchangeType.REQUEST_STREAMING;
            case SERVER_STREAMING -> ExchangeType.RESPONSE_STREAMING;
            case BIDI_STREAMING, UNKNOWN -> ExchangeType.BIDI_STREAMING;
        };
    }

    @Override
    public Set<Route> routes() {
        return methods.keySet().stream()
                .map(path -> Route.builder().exact(path).build())
                .collect(Collectors.toSet());
    }

    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return methods.getOrDefault(routing.path(), ExchangeType.BIDI_STREAMING);
    }

    @Override
    public synchronized void serviceAdded(ServiceConfig added) {
        config = added;
    }

    /** Puts it together, if that has not been done; blocks for as long as it takes. */
    synchronized GrpcService complete() {
        if (service == null) {
            service = made.get();
            // Before it is complete it has to be seen: reflection looks for what the server serves.
            added(service, config);
            complete = true;
        }
        return service;
    }

    private static void added(GrpcService service, ServiceConfig to) {
        try {
            service.serviceAdded(to);
        } catch (Exception e) {
            throw new IllegalStateException(e); // Armeria's own declares it and throws none
        }
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
        if (complete) {
            return service.serve(ctx, request);
        }
        return HttpResponse.of(CompletableFuture.supplyAsync(
                        this::complete, ctx.blockingTaskExecutor().withoutContext())
                .thenApplyAsync(completed -> served(completed, ctx, request), ctx.eventLoop()));
    }

    private static HttpResponse served(GrpcService completed, ServiceRequestContext ctx, HttpRequest request) {
        try {
            return completed.serve(ctx, request);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** Reflection asks every service of the server for the one inside. */
    @Override
    public <T> @Nullable T as(Class<T> type) {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return GrpcService.class.isAssignableFrom(type) ? complete().as(type) : null;
    }
}
