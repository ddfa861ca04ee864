package dev.kilter.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that has not made a request in time: one that sends nothing, or its headers byte by byte, holds a
 * file descriptor and buffers of ours and has nothing to lose.
 */
final class FirstRequestTimeout extends ChannelInboundHandlerAdapter {

    private final Connections connections;
    private final Duration patience;

    FirstRequestTimeout(Connections connections, Duration patience) {
        this.connections = connections;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connections.opened(ctx.channel());
        ctx.executor()
                .schedule(
                        () -> {
                            if (!connections.madeRequest(ctx.channel())) {
                                ctx.close();
                            }
                        },
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        ctx.fireChannelActive();
    }
}
