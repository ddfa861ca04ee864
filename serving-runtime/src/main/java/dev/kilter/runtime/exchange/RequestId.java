package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;

/** The name by which a request is found again: in its answer and in each log line. */
public final class RequestId {

    /** The header, in requests and answers. */
    public static final AsciiString HEADER = HttpHeaderNames.of("x-request-id");

    /** The key in the logging context. */
    public static final String LOG_KEY = "requestId";

    private static final AttributeKey<String> ATTRIBUTE = AttributeKey.valueOf(RequestId.class, "ID");
    private static final int MAX_LENGTH = 128;

    private RequestId() {}

    /**
     * Takes the caller's, where it is one line of at most 128 visible characters, or makes one; tells it in the answer.
     */
    public static void assign(ServiceRequestContext ctx, RequestHeaders headers) {
        String given = headers.get(HEADER, "");
        boolean theirs = acceptable(given);
        String id = theirs ? given : ctx.id().text();
        if (theirs) {
            ctx.setAttr(ATTRIBUTE, id);
        }
        ctx.mutateAdditionalResponseHeaders(answer -> answer.set(HEADER, id));
    }

    /** The request's id. */
    public static String of(ServiceRequestContext ctx) {
        String id = ctx.attr(ATTRIBUTE);
        return id == null ? ctx.id().text() : id;
    }

    private static boolean acceptable(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) <= ' ' || id.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }
}
