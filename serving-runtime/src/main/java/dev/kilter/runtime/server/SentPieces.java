package dev.kilter.runtime.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Counts the pieces of bytes that a connection has sent: who looks twice sees whether anything went out meanwhile. The
 * pieces themselves do not tell, since they are pooled. Stands before all other handlers.
 */
final class SentPieces extends ChannelOutboundHandlerAdapter {

    private long written;
    private long flushed;

    @Override
    public void write(ChannelHandlerContext ctx, Object piece, ChannelPromise promise) {
        written++;
        ctx.write(piece, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        flushed = written;
        ctx.flush();
    }

    /**
     * So far, from some start on.
     *
     * @param unsent what is not
     */
    long count(ChannelOutboundBuffer unsent) {
        return flushed - unsent.size();
    }
}
