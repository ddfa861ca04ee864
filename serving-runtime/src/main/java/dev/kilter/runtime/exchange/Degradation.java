package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.WireHeaders;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.netty.util.AsciiString;

/** What gateway and pod tell each other of lesser answers, by headers. */
final class Degradation {

    private static final AsciiString MAY_BE = HttpHeaderNames.of(WireHeaders.DEGRADABLE);
    private static final AsciiString WAS = HttpHeaderNames.of(WireHeaders.DEGRADED);

    private Degradation() {}

    static InferenceCall.Lesser of(ServiceRequestContext ctx) {
        String header = ctx.request().headers().get(MAY_BE);
        return switch (header) {
            case null -> InferenceCall.Lesser.UNSAID;
            case "true" -> InferenceCall.Lesser.ALLOWED;
            case "false" -> InferenceCall.Lesser.FORBIDDEN;
            default -> throw Rejection.invalid(MAY_BE.toString(), header, "true or false");
        };
    }

    /** To be called before the answer's headers go. */
    static void tell(ServiceRequestContext ctx, InferenceOutcome outcome) {
        if (outcome instanceof InferenceOutcome.Answered answered && answered.degraded()) {
            ctx.setAdditionalResponseHeader(WAS, "true");
        }
    }
}
