package dev.kilter.runtime.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.Json;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.grpc.GrpcStatuses;
import dev.kilter.runtime.rest.Answers;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;

/** What goes wrong before or beside the protocols, told as they tell it: {@code {"error": "…"}}. */
final class JsonErrors implements ServerErrorHandler {

    /** Characters; some reasons carry the whole body. */
    private static final int MAX_REASON = 200;

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
        return switch (cause) {
            case ContentTooLargeException tooLarge -> tooLarge(ctx, tooLarge);
            case HttpStatusException status
            when status.getCause() instanceof ContentTooLargeException tooLarge -> tooLarge(ctx, tooLarge);
            case HttpStatusException status
            when status.getCause() != null -> Answers.error(status.httpStatus(), "body: " + reason(status.getCause()));
            case ShuttingDownException _ -> cutOff(ctx);
            default -> null;
        };
    }

    /** Only what no model has got is marked as not run: it may be asked again, of anybody. */
    private static HttpResponse cutOff(ServiceRequestContext ctx) {
        boolean mayHaveRun = Exchange.of(ctx).map(Exchange::handedOver).orElse(false);
        if (!mayHaveRun) {
            return ErrorAnswers.of(
                    ctx,
                    Rejection.unavailable("the server is going away; nothing was run, ask again")
                            .outcome());
        }
        String message = "the server went away before the answer; the request may have been run";
        return ErrorAnswers.isGrpc(ctx.request().headers())
                ? GrpcStatuses.response(Status.UNKNOWN.withDescription(message))
                : Answers.error(HttpStatus.SERVICE_UNAVAILABLE, message);
    }

    private static HttpResponse tooLarge(ServiceRequestContext ctx, ContentTooLargeException cause) {
        if (ErrorAnswers.isGrpc(ctx.request().headers())) {
            return GrpcStatuses.response(Status.RESOURCE_EXHAUSTED.withDescription(
                    "body: larger than this server takes (expected: at most " + cause.maxContentLength() + " bytes)"));
        }
        return Answers.error(
                HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                "body: larger than this server takes (expected: at most " + cause.maxContentLength() + " bytes)");
    }

    private static String reason(Throwable cause) {
        String reason = cause.getCause() instanceof JsonProcessingException json
                ? "not JSON: " + json.getOriginalMessage()
                : String.valueOf(cause.getMessage());
        return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    }

    /**
     * Where no request could be made of what came (say, {@code Connection: a"b}), Armeria blames itself; nothing of
     * ours has run then.
     */
    @Override
    public @Nullable AggregatedHttpResponse onProtocolViolation(
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return headers == null && status.isServerError() && cause instanceof IllegalArgumentException
                ? renderStatus(null, config, null, HttpStatus.BAD_REQUEST, "headers: " + reason(cause), cause)
                : renderStatus(null, config, headers, status, description, cause);
    }

    @Override
    public @Nullable AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext ctx,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (status.isContentAlwaysEmpty()) {
            return null;
        }
        String what = headers == null ? "request" : headers.method() + " " + headers.path();
        String message = what + ": " + Optional.ofNullable(description).orElse(status.reasonPhrase())
                + (status.equals(HttpStatus.NOT_FOUND) ? "; GET / tells what is served here" : "");
        return AggregatedHttpResponse.of(status, MediaType.JSON, HttpData.ofUtf8(Json.write(Map.of("error", message))));
    }
}
