package dev.kilter.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tells in a line which connection over HTTP/2 is ended for a fault, and for which: what its last GOAWAY tells the
 * client. Armeria's own line, with a stack, is left out ({@link PeerFaults}).
 */
final class FaultLog extends ChannelOutboundHandlerAdapter {

    private static final int HEADER = 9;
    private static final int TYPE = 3;
    private static final int GOAWAY = 7;
    private static final int ERROR = HEADER + Integer.BYTES;
    private static final int GOAWAY_BEFORE_REASON = ERROR + Integer.BYTES;
    private static final int LONGEST_REASON = 100;

    private final SparseLog log;
    private Optional<Http2Error> error = Optional.empty();
    private boolean told;

    FaultLog(SparseLog log) {
        this.log = log;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object piece, ChannelPromise promise) {
        if (!told && piece instanceof ByteBuf bytes) {
            if (error.isPresent()) {
                tell(ctx, error.get(), bytes);
            } else {
                error = errorOf(ctx, bytes);
            }
        }
        ctx.write(piece, promise);
    }

    /** The codec writes the reason by itself, after it. */
    private void tell(ChannelHandlerContext ctx, Http2Error code, ByteBuf reason) {
        told = true;
        String text = reason.toString(
                        reason.readerIndex(),
                        Math.min(reason.readableBytes(), LONGEST_REASON),
                        StandardCharsets.US_ASCII)
                .replaceAll("[^ -~]", "?");
        log.warn(() -> line(ctx.channel(), code, text));
    }

    /** What is told of it. */
    static String line(Channel connection, Http2Error code, String reason) {
        return connection.remoteAddress() + ": HTTP/2 connection ended, " + code + ": " + reason;
    }

    private static Optional<Http2Error> errorOf(ChannelHandlerContext ctx, ByteBuf frame) {
        int at = frame.readerIndex();
        if (frame.readableBytes() != GOAWAY_BEFORE_REASON
                || frame.getByte(at + TYPE) != GOAWAY
                || frame.getInt(at + ERROR) == Http2Error.NO_ERROR.code()
                || ctx.pipeline().get(Http2ConnectionHandler.class) == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(Http2Error.valueOf(frame.getUnsignedInt(at + ERROR)));
    }
}
