package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.grpc.GrpcStatuses;
import dev.kilter.runtime.rest.Answers;
import dev.kilter.runtime.serving.InferenceOutcome;

/** An outcome told before any protocol took the request, as the caller's protocol tells it. */
final class ErrorAnswers {

    private ErrorAnswers() {}

    static HttpResponse of(ServiceRequestContext ctx, InferenceOutcome outcome) {
        return isGrpc(ctx.request().headers()) ? GrpcStatuses.response(outcome) : Answers.failure(outcome);
    }

    static boolean isGrpc(@Nullable RequestHeaders headers) {
        return headers != null && headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc");
    }
}
