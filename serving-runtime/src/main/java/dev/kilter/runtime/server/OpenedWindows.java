package dev.kilter.runtime.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far a client has opened the windows of the streams that wait for one, and of its connection: what it takes, it
 * opens anew. Listens only to connections with such streams, from the first of them on; one event loop's.
 */
final class OpenedWindows extends Http2FrameListenerDecorator {

    private static final int CONNECTION = 0;

    private final Map<Integer, Long> bytes = new HashMap<>();

    private OpenedWindows(Http2FrameListener listener) {
        super(listener);
    }

    /** Those of a connection. */
    static OpenedWindows of(Http2ConnectionHandler http2) {
        Http2FrameListener listener = http2.decoder().frameListener();
        if (listener instanceof OpenedWindows opened) {
            return opened;
        }
        OpenedWindows opened = new OpenedWindows(listener);
        http2.decoder().frameListener(opened);
        return opened;
    }

    /** Counts for these streams, from now on, and for no others. */
    void watch(Set<Integer> streams) {
        bytes.keySet().removeIf(stream -> stream != CONNECTION && !streams.contains(stream));
        bytes.putIfAbsent(CONNECTION, 0L);
        streams.forEach(stream -> bytes.putIfAbsent(stream, 0L));
    }

    /** Bytes since it is watched. */
    long ofStream(int stream) {
        return bytes.getOrDefault(stream, 0L);
    }

    /** Bytes since any stream is watched. */
    long ofConnection() {
        return bytes.getOrDefault(CONNECTION, 0L);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int stream, int increment) throws Http2Exception {
        bytes.computeIfPresent(stream, (_, opened) -> opened + increment);
        super.onWindowUpdateRead(ctx, stream, increment);
    }
}
