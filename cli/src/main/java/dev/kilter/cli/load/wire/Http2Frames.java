package dev.kilter.cli.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request as HTTP/2 frames (RFC 9113), made once. Its header block uses no dynamic table (RFC 7541, literals without
 * indexing), so the same bytes are right on every connection at any time; only the stream's id has to be put in.
 */
final class Http2Frames {

    static final int HEADER = 9;
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITY = 32;

    /** What every peer takes in one frame. */
    static final int LARGEST_PAYLOAD = 16_384;

    private final ByteBuf headers;
    private final ByteBuf whole;
    private final byte[] body;

    private Http2Frames(ByteBuf headers, byte[] body) {
        this.headers = headers;
        this.body = body;
        this.whole = Unpooled.buffer(headers.readableBytes() + body.length + HEADER);
        writeHeaders(whole, 0);
        if (body.length <= LARGEST_PAYLOAD) {
            writeData(whole, 0, 0, body.length);
        }
    }

    /** The frames of a POST to that authority. */
    static Http2Frames of(WireRequest request, Endpoint endpoint) {
        ByteBuf block = Unpooled.buffer();
        literal(block, ":method", "POST");
        literal(block, ":scheme", endpoint.tls() ? "https" : "http");
        literal(block, ":path", request.path());
        literal(block, ":authority", endpoint.authority());
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            literal(block, header.getKey(), header.getValue());
        }
        literal(block, "content-length", Integer.toString(request.body().length));
        if (block.readableBytes() > LARGEST_PAYLOAD) {
            throw new IllegalArgumentException(
                    "headers: " + block.readableBytes() + " bytes (expected: at most " + LARGEST_PAYLOAD + ")");
        }
        return new Http2Frames(block, request.body());
    }

    static Http2Frames answer(Map<String, String> headers) {
        ByteBuf block = Unpooled.buffer();
        headers.forEach((name, value) -> literal(block, name, value));
        return new Http2Frames(block, new byte[0]);
    }

    private static void literal(ByteBuf out, String name, String value) {
        out.writeByte(0);
        text(out, name);
        text(out, value);
    }

    /** A string without Huffman coding: its length in a prefix of seven bits, then its bytes. */
    private static void text(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.writeByte(bytes.length);
        } else {
            out.writeByte(127);
            int left = bytes.length - 127;
            for (; left >= 128; left >>>= 7) {
                out.writeByte((left & 127) | 128);
            }
            out.writeByte(left);
        }
        out.writeBytes(bytes);
    }

    int bodyLength() {
        return body.length;
    }

    /** Whether {@link #writeWhole} may be used. */
    boolean isShort() {
        return body.length <= LARGEST_PAYLOAD;
    }

    /** Headers and body, one frame each. */
    void writeWhole(ByteBuf out, int streamId) {
        int at = out.writerIndex();
        out.writeBytes(whole, 0, whole.writerIndex());
        out.setInt(at + 5, streamId);
        out.setInt(at + HEADER + headers.readableBytes() + 5, streamId);
    }

    void writeHeaders(ByteBuf out, int streamId) {
        frame(out, headers.readableBytes(), HEADERS, END_HEADERS, streamId);
        out.writeBytes(headers, 0, headers.readableBytes());
    }

    /** The only frame of a stream, or the last. */
    void writeLastHeaders(ByteBuf out, int streamId) {
        frame(out, headers.readableBytes(), HEADERS, END_HEADERS | END_STREAM, streamId);
        out.writeBytes(headers, 0, headers.readableBytes());
    }

    /** A part of the body; the last one ends the stream. */
    void writeData(ByteBuf out, int streamId, int offset, int length) {
        frame(out, length, DATA, offset + length == body.length ? END_STREAM : 0, streamId);
        out.writeBytes(body, offset, length);
    }

    static void frame(ByteBuf out, int length, int type, int flags, int streamId) {
        out.writeMedium(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(streamId);
    }

    static void reset(ByteBuf out, int streamId) {
        frame(out, 4, RST_STREAM, 0, streamId);
        out.writeInt(8); // CANCEL
    }

    static void windowUpdate(ByteBuf out, int streamId, int increment) {
        frame(out, 4, WINDOW_UPDATE, 0, streamId);
        out.writeInt(increment);
    }

    /**
     * What a connection begins with; windows as large as they can be: the generator never wants to hold back a peer.
     */
    static void writeClientPreface(ByteBuf out) {
        out.writeBytes(Http2CodecUtil.connectionPrefaceBuf());
        writeSettings(out);
    }

    static void writeSettings(ByteBuf out) {
        frame(out, 18, SETTINGS, 0, 0);
        setting(out, 1, 0); // HEADER_TABLE_SIZE
        setting(out, 2, 0); // ENABLE_PUSH
        setting(out, 4, Integer.MAX_VALUE); // INITIAL_WINDOW_SIZE
        windowUpdate(out, 0, Integer.MAX_VALUE - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    }

    private static void setting(ByteBuf out, int id, int value) {
        out.writeShort(id);
        out.writeInt(value);
    }

    /** The numeric header of that name, or the other value where there is none. */
    static int number(CharSequence value, int otherwise) {
        return value == null ? otherwise : AsciiString.of(value).parseInt();
    }
}
