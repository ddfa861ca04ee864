package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** The access log: one line for each request that failed, none for the others. */
public final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.kilter.runtime.access");
    private static final AsciiString GRPC_STATUS = HttpHeaderNames.of("grpc-status");
    private static final AsciiString GRPC_MESSAGE = HttpHeaderNames.of("grpc-message");

    private FailureLog() {}

    /** Writes the line of a request that is over, if it failed. */
    public static void write(ServiceRequestContext ctx, RequestLog log) {
        int status = log.responseHeaders().status().code();
        String grpcStatus =
                log.responseTrailers().get(GRPC_STATUS, log.responseHeaders().get(GRPC_STATUS, "0"));
        if (status < 400 && status != 0 && grpcStatus.equals("0")) {
            return;
        }
        boolean left =
                log.responseCause() instanceof ClosedStreamException; // the caller did, which is no fault of ours
        Level level = status >= 500 && status != 503 && !left ? Level.WARN : Level.INFO;
        try (MDC.MDCCloseable _ = MDC.putCloseable(RequestId.LOG_KEY, RequestId.of(ctx))) {
            LOG.atLevel(level)
                    .log(
                            "{} {} -> {}{} after {} ms: {}",
                            ctx.method(),
                            ctx.path(),
                            status,
                            grpcStatus.equals("0") ? "" : " grpc-status " + grpcStatus,
                            TimeUnit.NANOSECONDS.toMillis(log.totalDurationNanos()),
                            reason(ctx, log));
        }
    }

    private static String reason(ServiceRequestContext ctx, RequestLog log) {
        Optional<InferenceOutcome> outcome = Exchange.of(ctx).flatMap(Exchange::outcome);
        if (outcome.isPresent()) {
            return switch (outcome.get()) {
                case InferenceOutcome.Answered _ -> "answered, but the answer did not arrive: " + cause(log);
                case InferenceOutcome.Invalid invalid -> invalid.message();
                case InferenceOutcome.NotFound notFound -> notFound.message();
                case InferenceOutcome.Refused refused -> refused.reason() + ", " + refused.message();
                case InferenceOutcome.Unavailable unavailable -> unavailable.message();
                case InferenceOutcome.Expired expired -> expired.message();
                case InferenceOutcome.Cancelled _ -> "the caller went away";
                case InferenceOutcome.Failed failed -> failed.message();
            };
        }
        String message =
                log.responseTrailers().get(GRPC_MESSAGE, log.responseHeaders().get(GRPC_MESSAGE, ""));
        return message.isEmpty() ? cause(log) : message;
    }

    private static String cause(RequestLog log) {
        Throwable cause = log.responseCause() != null ? log.responseCause() : log.requestCause();
        return cause == null ? "-" : cause.toString();
    }
}
