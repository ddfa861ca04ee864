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
        String grpc = ctx.request().headers().get(GRPC_TIMEOUT);
        if (grpc != null) {
            nanos = Math.min(nanos, grpcNanos(grpc));
        }
        return nanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(arrivalNanos + nanos);
    }

    /** A number of at most eight digits and its unit, as the gRPC protocol writes it; 0 is no time at all. */
    private static long grpcNanos(String value) {
        int digits = value.length() - 1;
        TimeUnit unit = digits < 1 || digits > 8
                ? null
                : switch (value.charAt(digits)) {
                    case 'H' -> TimeUnit.HOURS;
                    case 'M' -> TimeUnit.MINUTES;
                    case 'S' -> TimeUnit.SECONDS;
                    case 'm' -> TimeUnit.MILLISECONDS;
                    case 'u' -> TimeUnit.MICROSECONDS;
                    case 'n' -> TimeUnit.NANOSECONDS;
                    default -> null;
                };
        try {
            if (unit != null) {
                return unit.toNanos(Integer.parseUnsignedInt(value, 0, digits, 10));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Rejection.invalid(GRPC_TIMEOUT.toString(), value, "digits and one of H, M, S, m, u, n");
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
