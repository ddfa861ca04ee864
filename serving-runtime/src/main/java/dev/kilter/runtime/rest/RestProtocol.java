package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.encoding.DecodingService;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.ServerIdentity;
import java.util.Map;

/** The paths of the Open Inference Protocol and what answers each. */
public final class RestProtocol {

    /** For requests that carry a few members at most, bytes. */
    private static final int SMALL_BODY = 64 << 10;

    private RestProtocol() {}

    public static void install(ServerBuilder server, Edge edge) {
        ModelsService models = new ModelsService(edge);
        HttpService infer = new InferService(edge).decorate(DecodingService.newDecorator());

        HttpService metadata = (_, _) -> Answers.json(HttpStatus.OK, ServerIdentity.current());
        get(server, "/v2", metadata);
        get(server, "/v2/", metadata);
        get(server, "/v2/health/live", (_, _) -> {
            boolean isLive = edge.models().live();
            return Answers.json(isLive ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, Map.of("live", isLive));
        });
        get(server, "/v2/health/ready", (_, _) -> {
            boolean isReady = edge.ready();
            return Answers.json(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, Map.of("ready", isReady));
        });

        get(server, "/v2/models/stats", models.statisticsOfAll());
        for (String model : new String[] {"/v2/models/{model}", "/v2/models/{model}/versions/{version}"}) {
            get(server, model, models.ofLoaded(MetadataView::of));
            get(server, model + "/ready", models.ready());
            get(server, model + "/config", models.ofLoaded(ConfigView::of));
            get(server, model + "/stats", models.statistics());
            post(server, model + "/infer", infer);
        }

        RepositoryService repository = new RepositoryService(edge);
        small(server, "/v2/repository/index", repository::index);
        small(server, "/v2/repository/models/{model}/load", repository::load);
        small(server, "/v2/repository/models/{model}/unload", repository::unload);
    }

    private static void small(ServerBuilder server, String path, HttpService service) {
        server.route().post(path).maxRequestLength(SMALL_BODY).build(service);
    }

    private static void get(ServerBuilder server, String path, HttpService service) {
        server.service(
                Route.builder()
                        .methods(HttpMethod.GET, HttpMethod.HEAD)
                        .path(path)
                        .build(),
                service);
    }

    private static void post(ServerBuilder server, String path, HttpService service) {
        server.service(Route.builder().methods(HttpMethod.POST).path(path).build(), service);
    }
}
