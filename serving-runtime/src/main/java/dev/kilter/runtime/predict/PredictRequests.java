package dev.kilter.runtime.predict;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Limits;

/** What holds for requests to the predict method's HTTP path before they are decoded. */
public final class PredictRequests {

    private static final String HTTP_PATH = "/v1/predict";

    private PredictRequests() {}

    /**
     * The request as it goes on. If it is one for the predict path, its length is bounded more tightly than others',
     * because each value becomes an object, and it is JSON whatever its header says, so that {@code curl -d '{…}'}
     * works as it stands.
     */
    public static HttpRequest prepared(ServiceRequestContext ctx, HttpRequest request, Limits limits) {
        boolean http = ctx.path().equals(HTTP_PATH) && request.method() == HttpMethod.POST;
        if (http) {
            ctx.setMaxRequestLength(limits.predictBytes());
            long length = request.headers().contentLength();
            if (length > limits.predictBytes()) {
                throw ContentTooLargeException.builder()
                        .maxContentLength(limits.predictBytes())
                        .contentLength(length)
                        .build();
            }
        }
        if (!http || isJson(request.contentType())) {
            return request;
        }
        HttpRequest marked = request.withHeaders(
                request.headers().toBuilder().contentType(MediaType.JSON).build());
        ctx.updateRequest(marked);
        return marked;
    }

    private static boolean isJson(MediaType type) {
        return type != null && type.isJson();
    }
}
