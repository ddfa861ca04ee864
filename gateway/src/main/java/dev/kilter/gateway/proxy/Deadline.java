package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.RequestHeaders;
import java.util.OptionalLong;

/** How long a client waits, as {@code grpc-timeout} tells it; read in REST calls too. */
final class Deadline {

    static final String HEADER = "grpc-timeout";

    private static final long LONGEST_NANOS = 24L * 3600 * 1_000_000_000;

    private Deadline() {}

    /** Nanoseconds from the request's arrival; empty: none was told, or not in a readable form. */
    static OptionalLong nanos(RequestHeaders headers) {
        String text = headers.get(HEADER);
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
        long value = 0;
        for (int i = 0; i < text.length() - 1; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + (digit - '0');
        }
        return unit == 0 || value == 0
                ? OptionalLong.empty()
                : OptionalLong.of(value > LONGEST_NANOS / unit ? LONGEST_NANOS : value * unit);
    }

    /** What is left, as the header's value. */
    static String header(long nanosLeft) {
        return Math.max(1, nanosLeft / 1_000_000) + "m";
    }
}
