package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.rest.Answers;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import java.util.function.BooleanSupplier;

/** What gateway and autoscaler ask of a pod: its load, and to change its operating point. */
final class ControlService {

    private final ModelServer models;
    private final BooleanSupplier draining;

    ControlService(ModelServer models, BooleanSupplier draining) {
        this.models = models;
        this.draining = draining;
    }

    HttpResponse load() {
        RuntimeLoad load = models.load();
        boolean leaving = draining.getAsBoolean();
        return json(
                HttpStatus.OK,
                new RuntimeLoad(
                        load.startedAtMillis(),
                        load.atMillis(),
                        load.ready() && !leaving,
                        load.draining() || leaving,
                        load.emulated(),
                        load.memory(),
                        load.models()));
    }

    HttpResponse update(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(request.aggregate(ctx.eventLoop())
                .thenApply(http -> update(ctx.pathParam("model"), http.contentUtf8())));
    }

    private HttpResponse update(String model, String body) {
        OperatingPointUpdate update;
        try {
            update = Json.read(body, OperatingPointUpdate.class);
        } catch (IllegalArgumentException e) {
            return Answers.error(HttpStatus.BAD_REQUEST, "body: " + e.getMessage());
        }
        if (update == null) {
            return Answers.error(HttpStatus.BAD_REQUEST, "body: null (expected: an operating point)");
        }
        return switch (models.update(model, update)) {
            case OperatingPointOutcome.Accepted accepted -> json(HttpStatus.OK, accepted.inForce());
            case OperatingPointOutcome.Outdated outdated ->
                Answers.error(
                        HttpStatus.CONFLICT,
                        "version: " + update.version() + " (expected: above "
                                + outdated.inForce().version() + ", which is in force)");
            case OperatingPointOutcome.Invalid invalid -> Answers.error(HttpStatus.BAD_REQUEST, invalid.message());
            case OperatingPointOutcome.NotFound notFound -> Answers.error(HttpStatus.NOT_FOUND, notFound.message());
        };
    }

    private static HttpResponse json(HttpStatus status, Object value) {
        return HttpResponse.of(status, MediaType.JSON, HttpData.ofUtf8(Json.write(value)));
    }
}
