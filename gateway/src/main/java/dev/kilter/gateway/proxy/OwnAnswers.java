package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.kilter.gateway.routing.ModelRoute;
import dev.kilter.gateway.routing.RoutingTable;
import java.util.Optional;

/** The few gRPC messages that the gateway answers itself: each is one field 1, a bool or a small enum. */
final class OwnAnswers {

    private static final ResponseHeaders GRPC = ResponseHeaders.builder(200)
            .contentType(MediaType.create("application", "grpc"))
            .build();
    private static final HttpHeaders OK = HttpHeaders.of("grpc-status", 0);
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;

    private OwnAnswers() {}

    /** {@code ServerLiveResponse} and {@code ServerReadyResponse}, or their REST forms. */
    static HttpResponse flag(Dialect dialect, boolean value) {
        return switch (dialect) {
            case REST -> HttpResponse.of(value ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
            case GRPC -> message(value ? 1 : 0);
        };
    }

    /** {@code HealthCheckResponse} for everything (no name), one of the services, or one model. */
    static HttpResponse health(AggregatedHttpRequest request, RoutingTable routing) {
        try {
            String name = Resolver.messageName(request);
            if (name.isEmpty()
                    || name.equals("inference.GRPCInferenceService")
                    || name.equals("kilter.v1.InferenceService")) {
                return message(routing.models().stream().anyMatch(ModelRoute::hasReadyPod) ? SERVING : NOT_SERVING);
            }
            Optional<ModelRoute> model = routing.model(name);
            return model.isPresent()
                    ? message(model.get().hasReadyPod() ? SERVING : NOT_SERVING)
                    : Problem.unknownModel(name).toResponse(Dialect.GRPC);
        } catch (FirstField.MalformedException e) {
            return Problem.invalid(e.getMessage()).toResponse(Dialect.GRPC);
        }
    }

    private static HttpResponse message(int field1) {
        byte[] frame = field1 == 0 ? new byte[5] : new byte[] {0, 0, 0, 0, 2, 0x08, (byte) field1};
        return HttpResponse.of(GRPC, HttpData.wrap(frame), OK);
    }
}
