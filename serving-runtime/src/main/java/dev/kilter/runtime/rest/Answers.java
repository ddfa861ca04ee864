package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.kilter.protocol.WireHeaders;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.RetryAfter;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** HTTP answers: JSON values, and errors as {@code {"error": "…"}} with the status that their outcome has. */
public final class Answers {

    /** The caller closed the connection; nobody reads it. */
    private static final HttpStatus CLIENT_CLOSED_REQUEST = HttpStatus.valueOf(499);

    private Answers() {}

    /** A value as JSON. */
    public static HttpResponse json(HttpStatus status, Object value) {
        return HttpResponse.of(status, MediaType.JSON, HttpData.ofUtf8(ProtocolJson.write(value)));
    }

    /** An error. */
    public static HttpResponse error(HttpStatus status, String message) {
        return error(status, message, Optional.empty());
    }

    /** The answer to a request that did not get one from a model. */
    public static HttpResponse of(Rejection rejection) {
        return failure(rejection.outcome());
    }

    /** The answer to a request that did not get one from a model. */
    public static HttpResponse failure(InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Answered _ -> throw new IllegalArgumentException("answered");
            case InferenceOutcome.Invalid invalid -> error(HttpStatus.BAD_REQUEST, invalid.message());
            case InferenceOutcome.NotFound notFound -> error(HttpStatus.NOT_FOUND, notFound.message());
            case InferenceOutcome.Refused refused ->
                error(HttpStatus.TOO_MANY_REQUESTS, refused.message(), Optional.of(refused.retryAfter()));
            case InferenceOutcome.Unavailable unavailable ->
                error(HttpStatus.SERVICE_UNAVAILABLE, unavailable.message(), Optional.of(unavailable.retryAfter()));
            case InferenceOutcome.Expired expired -> error(HttpStatus.GATEWAY_TIMEOUT, expired.message());
            case InferenceOutcome.Cancelled _ -> error(CLIENT_CLOSED_REQUEST, "the caller went away");
            case InferenceOutcome.Failed failed -> error(HttpStatus.INTERNAL_SERVER_ERROR, failed.message());
        };
    }

    /** The answer to a request that failed on its way, with which its exchange ends. */
    public static HttpResponse rejected(Exchange exchange, Throwable failure) {
        InferenceOutcome outcome = exchange.outcomeOf(failure);
        exchange.finish(outcome);
        return Exchange.cause(failure) instanceof ContentTooLargeException tooLarge
                ? HttpResponse.ofFailure(tooLarge) // its status and the connection's end are Armeria's
                : failure(outcome);
    }

    private static HttpResponse error(HttpStatus status, String message, Optional<Duration> retryAfter) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON);
        retryAfter.ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, RetryAfter.seconds(wait))
                .set(WireHeaders.NOT_PROCESSED, "true"));
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(ProtocolJson.write(Map.of("error", message))));
    }
}
