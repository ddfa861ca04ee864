package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.kilter.protocol.WireHeaders;
import java.util.OptionalLong;

/** How long a client waits: {@code grpc-timeout}, {@value WireHeaders#TIMEOUT_MICROS}, or the earlier of both. */
final class Deadline {

    private static final String GRPC_TIMEOUT = "grpc-timeout";
    private static final long LONGEST_NANOS = 24L * 3600 * 1_000_000_000;

    private Deadline() {}

    /** Nanoseconds from the request's arrival; empty: none was told, or not in a readable form. */
    static OptionalLong nanos(RequestHeaders headers) {
        OptionalLong grpc = grpc(headers.get(GRPC_TIMEOUT));
        OptionalLong micros = micros(headers.get(WireHeaders.TIMEOUT_MICROS));
        return grpc.isPresent() && micros.isPresent()
                ? OptionalLong.of(Math.min(grpc.getAsLong(), micros.getAsLong()))
                : grpc.isPresent() ? grpc : micros;
    }

    /** The same headers, where they tell a deadline with what is left of it. */
    static RequestHeaders withLeft(RequestHeaders headers, long nanosLeft) {
        RequestHeadersBuilder builder = headers.toBuilder();
        long micros = Math.max(1, nanosLeft / 1_000);
        if (headers.contains(GRPC_TIMEOUT)) {
            builder.set(GRPC_TIMEOUT, Math.max(1, micros / 1_000) + "m");
        }
        if (headers.contains(WireHeaders.TIMEOUT_MICROS)) {
            builder.setLong(WireHeaders.TIMEOUT_MICROS, micros);
        }
        return builder.build();
    }

    private static OptionalLong micros(String text) {
        OptionalLong micros = text == null || text.length() > 15 ? OptionalLong.empty() : digits(text);
        return micros.isEmpty() ? micros : OptionalLong.of(Math.min(micros.getAsLong(), LONGEST_NANOS / 1_000) * 1_000);
    }

    private static OptionalLong grpc(String text) {
        if (text == null || text.length() < 2 || text.length() > 9) {
            return OptionalLong.empty();
        }
        long unit = switch (text.charAt(text.length() - 1)) {
            case 'H' -> 3600_000_000_000L;
            case 'M' -> 60_000_000_000L;
            case 'S' -> 1_000_000_000L;
            case 'm' -> 1_000_000L;
            case 'u' -> 1_000L;
            case 'n' -> 1L;
            default -> 0L;
        };
        OptionalLong value = digits(text.substring(0, text.length() - 1));
        return unit == 0 || value.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(value.getAsLong(), LONGEST_NANOS / unit) * unit);
    }

    /** A whole number above 0, without a sign. */
    private static OptionalLong digits(String text) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + (digit - '0');
        }
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
