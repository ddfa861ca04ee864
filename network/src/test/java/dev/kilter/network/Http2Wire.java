package dev.kilter.network;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Bytes of HTTP/2 as RFC 9113 and RFC 7541 lay them out, for clients that behave as no library lets them. */
public final class Http2Wire {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    /** Length, type, flags and stream of a frame. */
    public static final int FRAME_HEADER = 9;

    private static final int WINDOW = 1 << 30;

    /** That the peer's settings, its windows among them, hold from now on. */
    public static final byte[] SETTINGS_TAKEN = frame(SETTINGS, ACK, 0, new byte[0]);

    private Http2Wire() {}

    /** What opens a connection: the preface, and windows in which answers need no updates for long. */
    public static byte[] opening() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(frame(SETTINGS, 0, 0, concat(shorts(4), ints(WINDOW))));
        bytes.writeBytes(frame(WINDOW_UPDATE, 0, 0, ints(WINDOW)));
        return bytes.toByteArray();
    }

    /** The same of a client to which no byte of an answer's body may be sent. */
    public static byte[] openingWithoutWindow() {
        return concat(
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame(SETTINGS, 0, 0, concat(shorts(4), ints(0))));
    }

    /** The same of a client that opens wide windows for its streams, and none beyond the first 64 KiB together. */
    public static byte[] openingWithoutConnectionWindow() {
        return concat(
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame(SETTINGS, 0, 0, concat(shorts(4), ints(WINDOW))));
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return concat(
                new byte[] {
                    (byte) (payload.length >> 16),
                    (byte) (payload.length >> 8),
                    (byte) payload.length,
                    (byte) type,
                    (byte) flags
                },
                ints(stream),
                payload);
    }

    /** A block of headers, each a literal. */
    public static byte[] headers(Map<String, String> headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        headers.forEach((name, value) -> {
            block.write(0);
            text(block, name);
            text(block, value);
        });
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    public static byte[] ints(int... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            for (int value : values) {
                data.writeInt(value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] shorts(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
