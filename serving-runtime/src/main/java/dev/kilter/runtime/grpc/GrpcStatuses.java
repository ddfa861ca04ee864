package dev.kilter.runtime.grpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.WireHeaders;
import dev.kilter.runtime.exchange.RetryAfter;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;

/**
 * The gRPC status of each outcome; refusals tell in {@code retry-after} when to come again, and that nothing was run.
 */
public final class GrpcStatuses {

    private GrpcStatuses() {}

    /** The error to answer with, for an outcome that is none of a model's answers. */
    public static StatusRuntimeException failure(ServiceRequestContext ctx, InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Answered _ -> throw new IllegalArgumentException("answered");
            case InferenceOutcome.Invalid invalid -> status(Status.INVALID_ARGUMENT, invalid.message());
            case InferenceOutcome.NotFound notFound -> status(Status.NOT_FOUND, notFound.message());
            case InferenceOutcome.Refused refused -> {
                notRun(ctx, refused.retryAfter());
                yield status(Status.RESOURCE_EXHAUSTED, refused.message());
            }
            case InferenceOutcome.Unavailable unavailable -> {
                notRun(ctx, unavailable.retryAfter());
                yield status(Status.UNAVAILABLE, unavailable.message());
            }
            case InferenceOutcome.Expired expired -> status(Status.DEADLINE_EXCEEDED, expired.message());
            case InferenceOutcome.Cancelled _ -> status(Status.CANCELLED, "the caller went away");
            case InferenceOutcome.Failed failed -> status(Status.INTERNAL, failed.message());
        };
    }

    private static StatusRuntimeException status(Status status, String message) {
        return status.withDescription(message).asRuntimeException();
    }

    private static void notRun(ServiceRequestContext ctx, Duration wait) {
        ctx.mutateAdditionalResponseHeaders(
                headers -> headers.set(HttpHeaderNames.RETRY_AFTER, RetryAfter.seconds(wait))
                        .set(WireHeaders.NOT_PROCESSED, "true"));
    }
}
