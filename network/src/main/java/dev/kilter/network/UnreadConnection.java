package dev.kilter.network;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Reads no more from a connection whose client does not read: requests on it that are pipelined, or pings, would
 * otherwise add to what waits to be sent for as long as they come. What waits for an HTTP/2 window is not sent and does
 * not count here.
 */
final class UnreadConnection extends ChannelInboundHandlerAdapter {

    /** Bytes to send from which on nothing is read, and below which it is again. */
    private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(512 << 10, 1 << 20);

    private final Queue<Object> unprocessed = new ArrayDeque<>(1);

    /** Whether reading goes on afterwards; the codec stops it as well, for reasons of its own. */
    private boolean goOn;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setWriteBufferWaterMark(UNREAD);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (ctx.channel().isWritable() && unprocessed.isEmpty()) {
            ctx.fireChannelRead(read);
            return;
        }
        unprocessed.add(read);
        ChannelConfig config = ctx.channel().config();
        goOn |= config.isAutoRead();
        config.setAutoRead(false);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && !unprocessed.isEmpty()) {
            ctx.executor().execute(() -> process(ctx)); // not amid the write that made it so
        }
        ctx.fireChannelWritabilityChanged();
    }

    private void process(ChannelHandlerContext ctx) {
        if (goOn && ctx.channel().isWritable()) {
            goOn = false;
            ctx.channel().config().setAutoRead(true); // first, since the codec may stop it again
        }
        while (ctx.channel().isWritable() && !unprocessed.isEmpty()) {
            ctx.fireChannelRead(unprocessed.poll());
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        for (Object read = unprocessed.poll(); read != null; read = unprocessed.poll()) {
            ReferenceCountUtil.release(read);
        }
    }
}
