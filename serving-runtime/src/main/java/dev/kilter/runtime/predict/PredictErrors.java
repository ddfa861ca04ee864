package dev.kilter.runtime.predict;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import dev.kilter.runtime.rest.Answers;
import io.grpc.Metadata;
import io.grpc.Status;

/** Errors of the predict method as its HTTP callers see them: {@code {"error": "…"}}, as everywhere on this port. */
public final class PredictErrors implements UnframedGrpcErrorHandler, GrpcExceptionHandlerFunction {

    /** Errors from before the method, by either protocol. */
    @Override
    public @Nullable Status apply(RequestContext ctx, Status status, Throwable cause, Metadata metadata) {
        return switch (cause) {
            case InvalidProtocolBufferException notAMessage ->
                Status.INVALID_ARGUMENT.withDescription("body: " + notAMessage.getMessage());
            // The JSON reader descends by recursion; the stack is its bound, and it has been left again here.
            case StackOverflowError _ -> Status.INVALID_ARGUMENT.withDescription("body: nested too deeply");
            default -> null;
        };
    }

    @Override
    public HttpResponse handle(ServiceRequestContext ctx, Status status, AggregatedHttpResponse response) {
        String message = status.getDescription() == null ? withoutDescription(status) : status.getDescription();
        boolean refused = ctx.additionalResponseHeaders().contains(HttpHeaderNames.RETRY_AFTER);
        HttpStatus http = status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !refused
                ? HttpStatus.REQUEST_ENTITY_TOO_LARGE
                : httpStatus(status.getCode());
        return Answers.error(http, message);
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
