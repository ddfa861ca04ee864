package dev.kilter.gateway.proxy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * Reads a string field number 1 of the one message in a unary gRPC body, and nothing else: fields before it are
 * skipped, the rest is never looked at.
 */
final class FirstField {

    private static final int FRAME_HEADER = 5;
    private static final int LONGEST_NAME = 253;
    private static final int MAX_INFLATED = 4096;

    private FirstField() {}

    /** The body is no gRPC frame, or holds no protobuf message. The message says what was expected. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * The field's value.
     *
     * @param encoding of a compressed message, from {@code grpc-encoding}; only gzip is read, and of that only as much
     *     as a name at the front of the message needs
     * @return an empty string if the message has no such field, or not within what is read of a compressed one
     * @throws MalformedException if the body is not one message
     */
    static String read(InputStream body, int bodyLength, String encoding) throws MalformedException {
        try {
            byte[] header = body.readNBytes(FRAME_HEADER);
            if (header.length < FRAME_HEADER) {
                throw new MalformedException(
                        "body: " + bodyLength + " bytes (expected: a gRPC frame of at least " + FRAME_HEADER + ")");
            }
            long length =
                    (header[1] & 0xFFL) << 24 | (header[2] & 0xFF) << 16 | (header[3] & 0xFF) << 8 | (header[4] & 0xFF);
            if (length != bodyLength - FRAME_HEADER) {
                throw new MalformedException("frame: " + length + " bytes announced, " + (bodyLength - FRAME_HEADER)
                        + " there (expected: exactly one message)");
            }
            return switch (header[0]) {
                case 0 -> scan(body);
                case 1 -> scanFront(inflated(body, encoding));
                default ->
                    throw new MalformedException("frame flag: " + header[0] + " (expected: 0 or 1 for compressed)");
            };
        } catch (EOFException e) {
            throw new MalformedException("message: ends within a field (expected: protobuf)");
        } catch (IOException e) {
            throw new MalformedException("message: not readable as " + encoding + " (" + e.getMessage() + ")");
        }
    }

    private static InputStream inflated(InputStream body, String encoding) throws IOException, MalformedException {
        if (!encoding.equals("gzip")) {
            throw new MalformedException("grpc-encoding: " + encoding + " (expected: identity or gzip)");
        }
        try (InputStream inflating = new GZIPInputStream(body)) {
            return new ByteArrayInputStream(inflating.readNBytes(MAX_INFLATED));
        }
    }

    /** Of the front of a message: what it cuts off is as if the field were not there. */
    private static String scanFront(InputStream front) throws IOException, MalformedException {
        try {
            return scan(front);
        } catch (EOFException e) {
            return "";
        }
    }

    private static String scan(InputStream message) throws IOException, MalformedException {
        for (long tag = tag(message); tag >= 0; tag = tag(message)) {
            int wireType = (int) (tag & 7);
            long field = tag >>> 3;
            if (field == 0) {
                throw new MalformedException("message: field number 0 (expected: protobuf)");
            }
            switch (wireType) {
                case 0 -> varint(message);
                case 1 -> message.skipNBytes(8);
                case 2 -> {
                    long length = varint(message);
                    if (field == 1) {
                        return text(message, length);
                    }
                    if (length < 0) {
                        throw new MalformedException("message: a field of negative length (expected: protobuf)");
                    }
                    message.skipNBytes(length);
                }
                case 5 -> message.skipNBytes(4);
                default -> throw new MalformedException("message: wire type " + wireType + " (expected: protobuf 3)");
            }
        }
        return "";
    }

    private static String text(InputStream message, long length) throws IOException, MalformedException {
        if (length < 0 || length > LONGEST_NAME) {
            throw new MalformedException(
                    "field 1: " + length + " bytes (expected: a name of at most " + LONGEST_NAME + ")");
        }
        byte[] bytes = message.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** -1 at the end of the message. */
    private static long tag(InputStream message) throws IOException {
        int first = message.read();
        return first < 0 ? -1 : varint(message, first) & 0xFFFFFFFFL;
    }

    private static long varint(InputStream message) throws IOException {
        int first = message.read();
        if (first < 0) {
            throw new EOFException();
        }
        return varint(message, first);
    }

    private static long varint(InputStream message, int first) throws IOException {
        long value = first & 0x7F;
        int last = first;
        for (int shift = 7; (last & 0x80) != 0; shift += 7) {
            last = message.read();
            if (last < 0 || shift > 63) {
                throw new EOFException();
            }
            value |= (last & 0x7FL) << shift;
        }
        return value;
    }
}
