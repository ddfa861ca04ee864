package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.WireHeaders;
import io.netty.util.AsciiString;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How long a caller waits for its answer: the gRPC deadline, the header {@code x-request-timeout-micros} and the
 * request parameter {@code timeout} (microseconds); the earliest counts.
 */
public final class Deadlines {

    /** Microseconds, at least 1, counted from the arrival of the request. */
    public static final AsciiString HEADER = HttpHeaderNames.of(WireHeaders.TIMEOUT_MICROS);

    private static final AsciiString GRPC_TIMEOUT = HttpHeaderNames.of("grpc-timeout");

    private Deadlines() {}

    static OptionalLong earliest(ServiceRequestContext ctx, long arrivalNanos, OptionalLong timeoutMicros) {
        long nanos = Long.MAX_VALUE;
        if (timeoutMicros.isPresent()) {
            nanos = TimeUnit.MICROSECONDS.toNanos(timeoutMicros.getAsLong());
        }
        String header = ctx.request().headers().get(HEADER);
        if (header != null) {
            nanos = Math.min(nanos, TimeUnit.MICROSECONDS.toNanos(micros(HEADER.toString(), header)));
        }
        // Armeria has already turned the gRPC deadline into the timeout of the request.
        if (ctx.request().headers().contains(GRPC_TIMEOUT) && ctx.requestTimeoutMillis() > 0) {
            nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(ctx.requestTimeoutMillis()));
        }
        return nanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(arrivalNanos + nanos);
    }

    /**
     * Reads a timeout.
     *
     * @param field its name, for the message
     * @throws Rejection invalid, if it is no whole number of microseconds, at least 1
     */
    public static long micros(String field, String value) {
        try {
            return micros(field, Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw Rejection.invalid(field, value, "microseconds, a whole number >= 1");
        }
    }

    /** As {@link #micros(String, String)}, of a number. */
    public static long micros(String field, long value) {
        if (value < 1) {
            throw Rejection.invalid(field, value, "microseconds, a whole number >= 1");
        }
        return value;
    }
}
