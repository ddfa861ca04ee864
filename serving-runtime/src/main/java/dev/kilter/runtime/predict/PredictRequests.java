package dev.kilter.runtime.predict;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;

/** What holds for requests to the predict method's HTTP path before they are decoded. */
public final class PredictRequests {

    private static final String HTTP_PATH = "/v1/predict";

    private PredictRequests() {}

    /** The request as it goes on: JSON whatever its header says, so that {@code curl -d '{…}'} works as it stands. */
    public static HttpRequest prepared(ServiceRequestContext ctx, HttpRequest request) {
        boolean http = ctx.path().equals(HTTP_PATH) && request.method() == HttpMethod.POST;
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
