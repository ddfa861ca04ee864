package dev.kilter.runtime.predict;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import dev.kilter.runtime.rest.Answers;
import io.grpc.Status;

/** Errors of the predict method as its HTTP callers see them: {@code {"error": "…"}}, as everywhere on this port. */
public final class PredictErrors implements UnframedGrpcErrorHandler {

    @Override
    public HttpResponse handle(ServiceRequestContext ctx, Status status, AggregatedHttpResponse response) {
        String message = status.getDescription();
        return Answers.error(httpStatus(status.getCode()), message == null ? withoutDescription(status) : message);
    }

    /** A body that is JSON but no message of this method is refused before the method, without a word. */
    private static String withoutDescription(Status status) {
        return status.getCode() == Status.Code.INVALID_ARGUMENT
                ? "body: not a request (expected: {\"model\": \"NAME\", \"instances\": […]})"
                : status.getCode().name();
    }

    private static HttpStatus httpStatus(Status.Code code) {
        return switch (code) {
            case OK -> HttpStatus.OK;
            case CANCELLED -> HttpStatus.valueOf(499);
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
            case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
            case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
            case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
            case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNKNOWN, INTERNAL, DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
