package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget.Reply;
import dev.kilter.cli.load.LoadTarget.Sink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** One connection with many requests under way, within the windows and the number of streams that the peer allows. */
final class Http2Connection extends Http2FrameReader {

    private static final int REFUSED_STREAM = 7;
    private static final int INITIAL_WINDOW = 65_535;
    private static final int LAST_STREAM = Integer.MAX_VALUE - 2;
    private static final String GRPC_STATUS = "grpc-status";

    /** Given back to the peer when so much has come: windows are as large as they can be. */
    private static final int CREDIT = 1 << 29;

    /** @see Http2Target for what is reused */
    private static final class Stream extends Exchange {
        private int id;
        private Http2Frames frames;
        private int sent;
        private long window;
        private int status;
        private int grpc;
    }

    private final Http2Target target;
    private final Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 64 * 1024);
    private final IntObjectHashMap<Stream> streams = new IntObjectHashMap<>(256);
    private final Deque<Stream> unsent = new ArrayDeque<>();
    private final Deque<Stream> spare = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private ByteBuf out;
    private int nextId = 1;
    private int maxStreams = 100;
    private int initialWindow = INITIAL_WINDOW;
    private long window = INITIAL_WINDOW;
    private long received;
    private boolean settled;
    private boolean leaving;

    Http2Connection(Http2Target target) {
        this.target = target;
    }

    /** Whether new requests may go here. */
    boolean usable() {
        return !leaving;
    }

    int underWay() {
        return streams.size() + unsent.size();
    }

    void send(long due, Sink sink, Http2Frames frames) {
        Stream stream = spare.isEmpty() ? new Stream() : spare.pop();
        stream.begin(due, sink);
        stream.frames = frames;
        stream.id = 0;
        stream.sent = 0;
        stream.status = 0;
        stream.grpc = Replies.NONE;
        int length = frames.bodyLength();
        if (settled
                && unsent.isEmpty()
                && frames.isShort()
                && streams.size() < maxStreams
                && length <= window
                && length <= initialWindow) {
            open(stream);
            stream.sent = length;
            window -= length;
            frames.writeWhole(out(), stream.id);
        } else {
            unsent.add(stream);
            sendUnsent();
        }
    }

    private void open(Stream stream) {
        stream.id = nextId;
        nextId += 2;
        stream.window = initialWindow;
        streams.put(stream.id, stream);
        leaving |= nextId >= LAST_STREAM;
    }

    private void sendUnsent() {
        if (!settled) {
            return;
        }
        for (Iterator<Stream> all = unsent.iterator(); all.hasNext(); ) {
            Stream stream = all.next();
            if (!stream.isOpen()) {
                all.remove();
                continue;
            }
            if (stream.id == 0) {
                if (streams.size() >= maxStreams || window <= 0) {
                    return;
                }
                open(stream);
                stream.frames.writeHeaders(out(), stream.id);
            }
            if (sendBody(stream)) {
                all.remove();
            }
        }
    }

    /** Sends as much of the body as the windows allow; whether that was the rest. */
    private boolean sendBody(Stream stream) {
        int length = stream.frames.bodyLength();
        while (stream.sent < length) {
            long allowed = Math.min(window, stream.window);
            int part = (int) Math.min(Math.min(allowed, length - stream.sent), Http2Frames.LARGEST_PAYLOAD);
            if (part <= 0) {
                return false;
            }
            stream.frames.writeData(out(), stream.id, stream.sent, part);
            stream.sent += part;
            stream.window -= part;
            window -= part;
        }
        return true;
    }

    private ByteBuf out() {
        if (out == null) {
            out = context.alloc().directBuffer(16 * 1024);
            target.flushSoon(this);
        }
        return out;
    }

    void flush() {
        if (out != null) {
            ByteBuf bytes = out;
            out = null;
            context.writeAndFlush(bytes, context.voidPromise());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        Http2Frames.writeClientPreface(out());
        flush();
        // Requests wait for the peer's settings, so that its limits hold from the first one on.
    }

    @Override
    void settingsRead(ChannelHandlerContext ctx) {
        settled = true;
        Http2Frames.frame(out(), 0, Http2Frames.SETTINGS, Http2Frames.ACK, 0);
        sendUnsent();
    }

    @Override
    void setting(int id, int value) {
        switch (id) {
            case 3 -> maxStreams = value < 0 ? Integer.MAX_VALUE : value;
            case 4 -> {
                unsent.forEach(stream -> stream.window += value - initialWindow);
                initialWindow = value;
            }
            default -> {
                // Nothing else changes what is sent.
            }
        }
    }

    @Override
    void window(int id, int increment) {
        if (id == 0) {
            window += increment;
        } else {
            Stream stream = streams.get(id);
            if (stream != null) {
                stream.window += increment;
            }
        }
        if (!unsent.isEmpty()) {
            sendUnsent();
        }
    }

    @Override
    void headers(int id, ByteBuf block, boolean endsStream) throws Exception {
        Http2Headers headers = decoder.decodeHeaders(id, block);
        Stream stream = streams.get(id);
        if (stream != null) {
            stream.status = Http2Frames.number(headers.status(), stream.status);
            stream.grpc = Http2Frames.number(headers.get(GRPC_STATUS), stream.grpc);
            if (endsStream) {
                end(stream, target.reply(stream.status, stream.grpc));
            }
        }
    }

    @Override
    void data(ChannelHandlerContext ctx, int id, int length, boolean endsStream) {
        received += length;
        if (received >= CREDIT) {
            Http2Frames.windowUpdate(out(), 0, (int) received);
            received = 0;
        }
        Stream stream = streams.get(id);
        if (stream != null && endsStream) {
            end(stream, target.reply(stream.status, stream.grpc));
        }
    }

    @Override
    void reset(int id, int errorCode) {
        Stream stream = streams.get(id);
        if (stream != null) {
            end(stream, errorCode == REFUSED_STREAM ? Reply.REFUSED : Reply.FAILED);
        }
    }

    @Override
    void ping(ChannelHandlerContext ctx, long opaque) {
        Http2Frames.frame(out(), 8, Http2Frames.PING, Http2Frames.ACK, 0);
        out().writeLong(opaque);
    }

    @Override
    void goAway(int lastStream) {
        leaving = true;
        streams.values().stream()
                .filter(stream -> stream.id > lastStream)
                .toList()
                .forEach(stream -> end(stream, Reply.REFUSED));
        // What was not sent yet goes by another connection.
        List<Stream> others = List.copyOf(unsent);
        unsent.clear();
        others.stream().filter(stream -> stream.id == 0).forEach(stream -> end(stream, Reply.REFUSED));
    }

    /** Gives up requests that were due before that time. */
    void expire(long overdue) {
        List<Stream> late = streams.values().stream()
                .filter(stream -> stream.due - overdue < 0)
                .toList();
        for (Stream stream : late) {
            if (context != null && context.channel().isActive()) {
                Http2Frames.reset(out(), stream.id);
            }
            end(stream, Reply.TIMED_OUT);
        }
        unsent.stream()
                .filter(stream -> stream.id == 0 && stream.due - overdue < 0)
                .toList()
                .forEach(stream -> end(stream, Reply.TIMED_OUT));
        unsent.removeIf(stream -> !stream.isOpen());
    }

    void close(Reply reply) {
        endAll(reply);
        if (context != null) {
            context.close();
        }
    }

    /** All that is under way, and the connection cannot be used any more. */
    void endAll(Reply reply) {
        leaving = true;
        List<Stream> all = List.copyOf(streams.values());
        List<Stream> others = List.copyOf(unsent);
        unsent.clear();
        all.forEach(stream -> end(stream, reply));
        others.forEach(stream -> end(stream, reply));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (out != null) {
            out.release();
            out = null;
        }
        endAll(Reply.FAILED);
        target.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        endAll(Reply.FAILED);
        ctx.close();
    }

    private void end(Stream stream, Reply reply) {
        if (stream.id != 0) {
            streams.remove(stream.id);
        }
        boolean whole = stream.id != 0 && stream.sent == stream.frames.bodyLength();
        stream.end(reply);
        if (whole) {
            // One that stands among the unsent may not be used again before it was found there.
            spare.push(stream);
        }
        if (!unsent.isEmpty()) {
            sendUnsent();
        }
    }
}
