package dev.kilter.runtime.predict;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * Lets {@code curl -d '{…}'} work as it stands: what is posted to the predict path is JSON, whatever its header says.
 */
public final class PredictContentType {

    private static final String PATH = "/v1/predict";

    private PredictContentType() {}

    /** The request, marked as JSON if it is one for the predict path. */
    public static HttpRequest assumeJson(ServiceRequestContext ctx, HttpRequest request) {
        if (!ctx.path().equals(PATH) || request.method() != HttpMethod.POST || isJson(request.contentType())) {
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
