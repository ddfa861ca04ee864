package dev.kilter.cli.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts HTTP/2 frames; padding, priorities and continued headers are taken off here. */
abstract class Http2FrameReader extends ByteToMessageDecoder {

    private static final int LONGEST_FRAME = 1 << 20;

    private ByteBuf block;
    private int blockStream;
    private boolean blockEndsStream;

    @Override
    protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!ready(in)) {
            return;
        }
        while (in.readableBytes() >= Http2Frames.HEADER) {
            int at = in.readerIndex();
            int length = in.getUnsignedMedium(at);
            if (length > LONGEST_FRAME) {
                throw new IllegalStateException("a frame of " + length + " bytes");
            }
            if (in.readableBytes() < Http2Frames.HEADER + length) {
                return;
            }
            int type = in.getUnsignedByte(at + 3);
            int flags = in.getUnsignedByte(at + 4);
            int stream = in.getInt(at + 5) & Integer.MAX_VALUE;
            int end = at + Http2Frames.HEADER + length;
            in.readerIndex(at + Http2Frames.HEADER);
            frame(ctx, type, flags, stream, in, length);
            in.readerIndex(end);
        }
    }

    private void frame(ChannelHandlerContext ctx, int type, int flags, int stream, ByteBuf in, int length)
            throws Exception {
        boolean endsStream = (flags & Http2Frames.END_STREAM) != 0;
        switch (type) {
            case Http2Frames.DATA -> data(ctx, stream, length, endsStream);
            case Http2Frames.HEADERS -> {
                int from = in.readerIndex();
                int to = from + length;
                if ((flags & Http2Frames.PADDED) != 0) {
                    to -= in.getUnsignedByte(from);
                    from += 1;
                }
                from += (flags & Http2Frames.PRIORITY) != 0 ? 5 : 0;
                block(ctx, flags, stream, in.slice(from, to - from), endsStream);
            }
            case Http2Frames.CONTINUATION -> continued(flags, in.slice(in.readerIndex(), length));
            case Http2Frames.RST_STREAM -> reset(stream, in.readInt());
            case Http2Frames.SETTINGS -> {
                if ((flags & Http2Frames.ACK) == 0) {
                    for (int left = length; left >= 6; left -= 6) {
                        setting(in.readUnsignedShort(), in.readInt());
                    }
                    settingsRead(ctx);
                }
            }
            case Http2Frames.PING -> {
                if ((flags & Http2Frames.ACK) == 0) {
                    ping(ctx, in.readLong());
                }
            }
            case Http2Frames.GO_AWAY -> goAway(in.readInt() & Integer.MAX_VALUE);
            case Http2Frames.WINDOW_UPDATE -> window(stream, in.readInt() & Integer.MAX_VALUE);
            default -> {
                // RFC 9113, 4.1: frames of unknown types are ignored.
            }
        }
    }

    private void block(ChannelHandlerContext ctx, int flags, int stream, ByteBuf part, boolean endsStream)
            throws Exception {
        if ((flags & Http2Frames.END_HEADERS) != 0) {
            headers(stream, part, endsStream);
        } else {
            block = ctx.alloc().buffer().writeBytes(part);
            blockStream = stream;
            blockEndsStream = endsStream;
        }
    }

    private void continued(int flags, ByteBuf part) throws Exception {
        if (block == null || block.readableBytes() > LONGEST_FRAME) {
            throw new IllegalStateException("a CONTINUATION frame out of place");
        }
        block.writeBytes(part);
        if ((flags & Http2Frames.END_HEADERS) != 0) {
            ByteBuf whole = block;
            block = null;
            try {
                headers(blockStream, whole, blockEndsStream);
            } finally {
                whole.release();
            }
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    /** Whether frames begin; what comes before them is taken off. */
    boolean ready(ByteBuf in) {
        return true;
    }

    abstract void headers(int stream, ByteBuf block, boolean endsStream) throws Exception;

    abstract void data(ChannelHandlerContext ctx, int stream, int length, boolean endsStream);

    abstract void reset(int stream, int errorCode);

    abstract void setting(int id, int value);

    abstract void settingsRead(ChannelHandlerContext ctx);

    abstract void ping(ChannelHandlerContext ctx, long opaque);

    abstract void goAway(int lastStream);

    abstract void window(int stream, int increment);
}
