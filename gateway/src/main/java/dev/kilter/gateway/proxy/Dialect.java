package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.kilter.gateway.counting.Verdict;

/** How a client speaks, and so where an answer says what became of the request. */
enum Dialect {
    REST {
        @Override
        Verdict verdict(ResponseHeaders headers, HttpHeaders trailers) {
            return Verdict.ofHttp(headers.status().code());
        }

        @Override
        boolean unavailable(ResponseHeaders headers, HttpHeaders trailers) {
            return headers.status().code() == 503;
        }
    },
    GRPC {
        @Override
        Verdict verdict(ResponseHeaders headers, HttpHeaders trailers) {
            int code = grpcStatus(headers, trailers);
            return code < 0 ? Verdict.FAILED : Verdict.ofGrpc(code);
        }

        @Override
        boolean unavailable(ResponseHeaders headers, HttpHeaders trailers) {
            return grpcStatus(headers, trailers) == 14 || headers.status().code() == 503;
        }
    };

    /** What a whole answer says. */
    abstract Verdict verdict(ResponseHeaders headers, HttpHeaders trailers);

    /** Whether it says that the pod does not serve now. */
    abstract boolean unavailable(ResponseHeaders headers, HttpHeaders trailers);

    static Dialect of(RequestHeaders headers) {
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
        return contentType != null && contentType.startsWith("application/grpc") ? GRPC : REST;
    }

    /** The code, in the trailers or, where nothing else was sent, in the headers; -1: none. */
    private static int grpcStatus(ResponseHeaders headers, HttpHeaders trailers) {
        int code = trailers.getInt("grpc-status", -1);
        return code >= 0 ? code : headers.getInt("grpc-status", -1);
    }
}
