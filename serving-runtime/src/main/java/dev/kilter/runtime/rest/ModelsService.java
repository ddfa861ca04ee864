package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.ModelState;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.serving.ServedModel;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the protocol tells of models: metadata, readiness, configuration, statistics, index. */
final class ModelsService {

    private record ReadyView(String name, boolean ready, String reason) {}

    private record IndexView(String name, String version, String state, String reason) {}

    private record IndexRequest(boolean ready) {}

    private final Edge edge;

    ModelsService(Edge edge) {
        this.edge = edge;
    }

    /** A service that answers with a view of the model in the path, once it is loaded. */
    HttpService ofLoaded(Function<ServedModel, Object> view) {
        return answering(ctx -> Answers.json(
                HttpStatus.OK,
                view.apply(edge.findLoaded(ctx.pathParam("model"), Optional.ofNullable(ctx.pathParam("version"))))));
    }

    HttpService ready() {
        return answering(ctx -> {
            ServedModel model = inPath(ctx);
            boolean ready = edge.ready(model);
            return Answers.json(
                    ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
                    new ReadyView(
                            model.name(),
                            ready,
                            edge.draining() ? "draining" : ModelState.of(model).reason()));
        });
    }

    HttpService statistics() {
        return answering(ctx -> Answers.json(HttpStatus.OK, StatisticsView.of(List.of(inPath(ctx)))));
    }

    HttpService statisticsOfAll() {
        return answering(ctx ->
                Answers.json(HttpStatus.OK, StatisticsView.of(edge.models().models())));
    }

    /** The index; a body {@code {"ready": true}} leaves out what is not. */
    HttpResponse index(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(request.aggregate(ctx.eventLoop()).thenApply(http -> {
            String body = http.contentUtf8();
            try {
                boolean readyOnly = !body.isBlank()
                        && ProtocolJson.read(body, IndexRequest.class).ready();
                return Answers.json(HttpStatus.OK, index(readyOnly));
            } catch (Rejection e) {
                return Answers.of(e);
            }
        }));
    }

    private List<IndexView> index(boolean readyOnly) {
        return edge.models().models().stream()
                .filter(model -> !readyOnly || ModelState.of(model).ready())
                .map(model -> {
                    ModelState state = ModelState.of(model);
                    return new IndexView(model.name(), model.versions().getLast(), state.name(), state.reason());
                })
                .toList();
    }

    private ServedModel inPath(ServiceRequestContext ctx) {
        return edge.find(ctx.pathParam("model"), Optional.ofNullable(ctx.pathParam("version")));
    }

    private static HttpService answering(Function<ServiceRequestContext, HttpResponse> answer) {
        return (ctx, request) -> {
            try {
                return answer.apply(ctx);
            } catch (Rejection e) {
                return Answers.of(e);
            }
        };
    }
}
