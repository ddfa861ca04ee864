package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.ModelState;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.RepositoryParameters;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The model repository extension: index, load, unload. */
final class RepositoryService {

    private record IndexView(String name, Optional<String> version, String state, String reason) {}

    private record IndexRequest(boolean ready) {}

    private record ControlRequest(Map<String, Object> parameters) {
        Set<String> names() {
            return parameters == null ? Set.of() : parameters.keySet();
        }
    }

    private final Edge edge;

    RepositoryService(Edge edge) {
        this.edge = edge;
    }

    /** A body {@code {"ready": true}} leaves out what is not. */
    HttpResponse index(ServiceRequestContext ctx, HttpRequest request) {
        return answered(request.aggregate(ctx.eventLoop())
                .thenApplyAsync(
                        http -> Answers.json(
                                HttpStatus.OK,
                                index(read(http, IndexRequest.class)
                                        .map(IndexRequest::ready)
                                        .orElse(false))),
                        ctx.blockingTaskExecutor()));
    }

    private List<IndexView> index(boolean readyOnly) {
        return edge.models().index().stream()
                .filter(entry -> !readyOnly || ModelState.of(entry.state()).ready())
                .map(entry -> {
                    ModelState state = ModelState.of(entry.state());
                    return new IndexView(entry.name(), entry.version(), state.name(), state.reason());
                })
                .toList();
    }

    HttpResponse load(ServiceRequestContext ctx, HttpRequest request) {
        return control(ctx, request, names -> {
            RepositoryParameters.checkLoad(names);
            return edge.models().load(ctx.pathParam("model"));
        });
    }

    HttpResponse unload(ServiceRequestContext ctx, HttpRequest request) {
        return control(ctx, request, names -> {
            RepositoryParameters.checkUnload(names);
            return edge.models().unload(ctx.pathParam("model"));
        });
    }

    private static HttpResponse control(
            ServiceRequestContext ctx,
            HttpRequest request,
            Function<Set<String>, CompletionStage<ControlOutcome>> change) {
        ctx.clearRequestTimeout(); // a load takes what it takes; the caller knows its own patience
        return answered(request.aggregate(ctx.eventLoop())
                .thenCompose(http -> change.apply(read(http, ControlRequest.class)
                        .map(ControlRequest::names)
                        .orElse(Set.of())))
                .thenApply(RepositoryService::answer));
    }

    private static HttpResponse answer(ControlOutcome outcome) {
        return switch (outcome) {
            case ControlOutcome.Done _ -> Answers.json(HttpStatus.OK, Map.of());
            case ControlOutcome.Off off -> Answers.error(HttpStatus.NOT_IMPLEMENTED, off.message());
            case ControlOutcome.NotFound notFound -> Answers.error(HttpStatus.NOT_FOUND, notFound.message());
            case ControlOutcome.Failed failed -> Answers.error(HttpStatus.BAD_REQUEST, failed.message());
            case ControlOutcome.Unavailable unavailable -> Answers.of(Rejection.unavailable(unavailable.message()));
        };
    }

    /** The body; empty where there is none. */
    private static <T> Optional<T> read(AggregatedHttpRequest http, Class<T> type) {
        String body = http.contentUtf8();
        return body.isBlank() ? Optional.empty() : Optional.ofNullable(ProtocolJson.read(body, type));
    }

    private static HttpResponse answered(CompletableFuture<HttpResponse> response) {
        return HttpResponse.of(response.exceptionally(failure -> {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return cause instanceof Rejection rejection ? Answers.of(rejection) : HttpResponse.ofFailure(cause);
        }));
    }
}
