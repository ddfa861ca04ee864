package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.WireHeaders;
import io.netty.util.AsciiString;

/**
 * How soon a request is to be served among those that wait, as in the schedule policy extension: the request parameter
 * {@code priority}, else the header {@code x-request-priority}; 1 first, then 2, …; 0 or none: the default.
 */
public final class Priorities {

    private static final AsciiString HEADER = HttpHeaderNames.of(WireHeaders.PRIORITY);
    private static final String EXPECTED = "a whole number, 0..2147483647";

    private Priorities() {}

    static int of(ServiceRequestContext ctx, int parameter) {
        if (parameter > 0) {
            return parameter;
        }
        String header = ctx.request().headers().get(HEADER);
        if (header == null) {
            return 0;
        }
        try {
            return checked(HEADER.toString(), Long.parseLong(header));
        } catch (NumberFormatException e) {
            throw Rejection.invalid(HEADER.toString(), header, EXPECTED);
        }
    }

    /**
     * The priority, if it is one.
     *
     * @param field its name, for the message
     * @throws Rejection invalid
     */
    public static int checked(String field, long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw Rejection.invalid(field, value, EXPECTED);
        }
        return (int) value;
    }
}
