package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.ModelState;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.serving.ServedModel;
import java.util.Optional;
import java.util.function.Function;

/** What the protocol tells of models: metadata, readiness, configuration, statistics. */
final class ModelsService {

    private record ReadyView(String name, boolean ready, String reason) {}

    private final Edge edge;

    ModelsService(Edge edge) {
        this.edge = edge;
    }

    /** A service that answers with a view of the model in the path, once it is loaded. */
    HttpService ofLoaded(Function<ServedModel, Object> view) {
        return answering(
                ctx -> Answers.json(HttpStatus.OK, view.apply(edge.findLoaded(ctx.pathParam("model"), version(ctx)))));
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
        return answering(ctx ->
                Answers.json(HttpStatus.OK, StatisticsView.of(edge.versions(ctx.pathParam("model"), version(ctx)))));
    }

    HttpService statisticsOfAll() {
        return answering(_ -> Answers.json(HttpStatus.OK, StatisticsView.of(edge.all())));
    }

    private ServedModel inPath(ServiceRequestContext ctx) {
        return edge.find(ctx.pathParam("model"), version(ctx));
    }

    private static Optional<String> version(ServiceRequestContext ctx) {
        return Optional.ofNullable(ctx.pathParam("version"));
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
