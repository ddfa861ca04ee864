package dev.kilter.runtime.grpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.WireHeaders;
import dev.kilter.runtime.exchange.RetryAfter;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The gRPC status of each outcome; refusals tell in {@code retry-after} when to come again, and that nothing was run.
 */
public final class GrpcStatuses {

    private GrpcStatuses() {}

    /** The error to answer with, for an outcome that is none of a model's answers. */
    public static StatusRuntimeException failure(ServiceRequestContext ctx, InferenceOutcome outcome) {
        retryAfter(outcome)
                .ifPresent(wait -> ctx.mutateAdditionalResponseHeaders(
                        headers -> headers.set(HttpHeaderNames.RETRY_AFTER, RetryAfter.seconds(wait))
                                .set(WireHeaders.NOT_PROCESSED, "true")));
        return status(outcome).asRuntimeException();
    }

    /** The same as a whole response, for where no stub stands in between. */
    public static HttpResponse response(InferenceOutcome outcome) {
        ResponseHeadersBuilder headers = headers(status(outcome));
        retryAfter(outcome)
                .ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, RetryAfter.seconds(wait))
                        .set(WireHeaders.NOT_PROCESSED, "true"));
        return HttpResponse.of(headers.build());
    }

    /** A response that is only a status. */
    public static HttpResponse response(Status status) {
        return HttpResponse.of(headers(status).build());
    }

    private static ResponseHeadersBuilder headers(Status status) {
        return ResponseHeaders.builder(HttpStatus.OK)
                .set(HttpHeaderNames.CONTENT_TYPE, GrpcFrame.CONTENT_TYPE)
                .setInt("grpc-status", status.getCode().value())
                .set("grpc-message", escaped(status.getDescription()));
    }

    /** Percent-encoded where it is not printable ASCII, as the protocol asks. */
    private static String escaped(@Nullable String message) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : String.valueOf(message).getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return escaped.toString();
    }

    /** When to come again; empty where the same request is not worth another try. Nothing was run. */
    private static Optional<Duration> retryAfter(InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Refused refused -> Optional.of(refused.retryAfter());
            case InferenceOutcome.Unavailable unavailable -> Optional.of(unavailable.retryAfter());
            case InferenceOutcome.Answered _,
                    InferenceOutcome.Invalid _,
                    InferenceOutcome.NotFound _,
                    InferenceOutcome.Expired _,
                    InferenceOutcome.Cancelled _,
                    InferenceOutcome.Failed _ -> Optional.empty();
        };
    }

    static Status status(InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Answered _ -> throw new IllegalArgumentException("answered");
            case InferenceOutcome.Invalid invalid -> Status.INVALID_ARGUMENT.withDescription(invalid.message());
            case InferenceOutcome.NotFound notFound -> Status.NOT_FOUND.withDescription(notFound.message());
            case InferenceOutcome.Refused refused -> Status.RESOURCE_EXHAUSTED.withDescription(refused.message());
            case InferenceOutcome.Unavailable unavailable -> Status.UNAVAILABLE.withDescription(unavailable.message());
            case InferenceOutcome.Expired expired -> Status.DEADLINE_EXCEEDED.withDescription(expired.message());
            case InferenceOutcome.Cancelled _ -> Status.CANCELLED.withDescription("the caller went away");
            case InferenceOutcome.Failed failed -> Status.INTERNAL.withDescription(failed.message());
        };
    }
}
