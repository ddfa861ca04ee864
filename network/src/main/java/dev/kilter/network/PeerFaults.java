package dev.kilter.network;

import com.linecorp.armeria.internal.common.util.ExceptionClassifier;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * Tells Armeria that peers break HTTP/2 now and then, so that it does not warn of each time with a stack;
 * {@link FaultLog} tells. Armeria finds it by its name in {@code META-INF/services}.
 */
public final class PeerFaults implements ExceptionClassifier {

    @Override
    public boolean isExpected(Throwable cause) {
        Http2Exception fault = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        return fault != null && fault.error() != Http2Error.INTERNAL_ERROR;
    }

    @Override
    public boolean isStreamCancelling(Throwable cause) {
        return false;
    }
}
