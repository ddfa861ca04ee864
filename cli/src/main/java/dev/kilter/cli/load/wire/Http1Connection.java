package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** One connection with at most one request under way. */
final class Http1Connection extends ByteToMessageDecoder {

    private final Http1Target target;
    private final Http1Response response = new Http1Response();
    private ChannelHandlerContext context;
    private Exchange current;

    Http1Connection(Http1Target target) {
        this.target = target;
    }

    void send(Exchange exchange, ByteBuf request) {
        current = exchange;
        context.writeAndFlush(request.retainedDuplicate(), context.voidPromise());
    }

    /** Gives up a request that was due before that time; its connection goes with it. */
    void expire(long overdue) {
        if (current != null && current.due - overdue < 0) {
            close(Reply.TIMED_OUT);
        }
    }

    void close(Reply reply) {
        if (context != null) {
            end(reply);
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        target.ready(this);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (current == null) {
            // Nothing was asked: it says goodbye, or is out of step.
            in.skipBytes(in.readableBytes());
            ctx.close();
        } else if (response.read(in)) {
            Exchange exchange = current;
            current = null;
            boolean usable = response.keepAlive() && !in.isReadable();
            if (!usable) {
                target.closed(this);
                ctx.close();
            }
            target.ended(exchange, Replies.of(response.status()));
            if (usable) {
                target.ready(this);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        end(response.endsWithConnection() ? Replies.of(response.status()) : Reply.FAILED);
        target.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(Reply.FAILED);
        ctx.close();
    }

    private void end(Reply reply) {
        Exchange exchange = current;
        current = null;
        if (exchange != null) {
            target.ended(exchange, reply);
        }
    }
}
