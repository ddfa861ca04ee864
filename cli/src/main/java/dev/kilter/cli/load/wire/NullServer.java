package dev.kilter.cli.load.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers any POST with an empty success at once, on a loop of its own: what the generator can do where the server is
 * no limit. Takes HTTP/1.1 with a Content-Length and HTTP/2 with prior knowledge, told apart by the connection's first
 * bytes.
 */
public final class NullServer implements AutoCloseable {

    private static final ByteBuf HTTP1_ANSWER = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)));
    private static final Http2Frames HTTP2_ANSWER = http2Answer();

    private final NettyLoop loop = new NettyLoop("null-target");
    private final Channel channel;

    /** Listens on a free port of the loopback address. */
    public NullServer() {
        channel = new ServerBootstrap()
                .group(loop.eventLoop())
                .channelFactory(loop.serverSockets())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(new Dialect());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private static Http2Frames http2Answer() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":status", "200");
        headers.put("content-type", "application/grpc");
        headers.put("grpc-status", "0");
        return Http2Frames.answer(headers);
    }

    public Endpoint endpoint() {
        InetSocketAddress address = (InetSocketAddress) channel.localAddress();
        return new Endpoint("127.0.0.1", address.getPort(), false);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.close();
    }

    private static final class Dialect extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            if (in.readableBytes() >= 3) {
                // "PRI * HTTP/2.0"
                boolean http2 = in.getByte(in.readerIndex()) == 'P' && in.getByte(in.readerIndex() + 1) == 'R';
                ctx.pipeline().replace(this, null, http2 ? new Http2Answers() : new Http1Answers());
            }
        }
    }

    private static final class Http1Answers extends ByteToMessageDecoder {
        private static final String LENGTH = "\ncontent-length: ";

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            int headEnd = indexOf(in, "\r\n\r\n", in.writerIndex());
            if (headEnd < 0) {
                return;
            }
            int at = indexOf(in, LENGTH, headEnd) + LENGTH.length();
            int length = 0;
            while (in.getByte(at) >= '0' && in.getByte(at) <= '9') {
                length = length * 10 + in.getByte(at++) - '0';
            }
            if (in.writerIndex() >= headEnd + 4 + length) {
                in.readerIndex(headEnd + 4 + length);
                ctx.writeAndFlush(HTTP1_ANSWER.retainedDuplicate(), ctx.voidPromise());
            }
        }

        private static int indexOf(ByteBuf in, String text, int end) {
            for (int at = in.readerIndex(); at + text.length() <= end; at++) {
                int same = 0;
                while (same < text.length() && in.getByte(at + same) == text.charAt(same)) {
                    same++;
                }
                if (same == text.length()) {
                    return at;
                }
            }
            return -1;
        }
    }

    private static final class Http2Answers extends Http2FrameReader {
        private static final int PREFACE = 24;
        private static final int CREDIT = 1 << 24;

        private boolean begun;
        private long received;
        private ByteBuf answers;

        @Override
        boolean ready(ByteBuf in) {
            if (!begun && in.readableBytes() >= PREFACE) {
                in.skipBytes(PREFACE);
                begun = true;
            }
            return begun;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            Http2Frames.writeSettings(answers(ctx));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
            if (answers != null) {
                ByteBuf bytes = answers;
                answers = null;
                ctx.writeAndFlush(bytes, ctx.voidPromise());
            }
            super.channelReadComplete(ctx);
        }

        private ByteBuf answers(ChannelHandlerContext ctx) {
            if (answers == null) {
                answers = ctx.alloc().directBuffer(4096);
            }
            return answers;
        }

        @Override
        void headers(int stream, ByteBuf block, boolean endsStream) {
            // Every request is welcome.
        }

        @Override
        void data(ChannelHandlerContext ctx, int stream, int length, boolean endsStream) {
            received += length;
            if (received >= CREDIT) {
                Http2Frames.windowUpdate(answers(ctx), 0, (int) received);
                received = 0;
            }
            if (endsStream) {
                HTTP2_ANSWER.writeLastHeaders(answers(ctx), stream);
            }
        }

        @Override
        void settingsRead(ChannelHandlerContext ctx) {
            Http2Frames.frame(answers(ctx), 0, Http2Frames.SETTINGS, Http2Frames.ACK, 0);
        }

        @Override
        void ping(ChannelHandlerContext ctx, long opaque) {
            Http2Frames.frame(answers(ctx), 8, Http2Frames.PING, Http2Frames.ACK, 0);
            answers(ctx).writeLong(opaque);
        }

        @Override
        void reset(int stream, int errorCode) {
            // Answered already.
        }

        @Override
        void setting(int id, int value) {
            // Answers are empty: no window matters.
        }

        @Override
        void goAway(int lastStream) {
            // The connection's end follows.
        }

        @Override
        void window(int stream, int increment) {
            // As with settings.
        }
    }
}
