package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message in place, by the encoding that protobuf.dev describes; nested messages and
 * bytes are slices of the message. Whatever is malformed is a {@link Rejection}.
 */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    private final ByteBuf message;
    private int tag;

    ProtoReader(ByteBuf message) {
        this.message = message;
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() {
        if (!message.isReadable()) {
            return false;
        }
        long value = varint();
        tag = (int) value;
        if (value != Integer.toUnsignedLong(tag) || field() == 0) {
            throw malformed("a field's tag");
        }
        return true;
    }

    /** The number of the field that {@link #next} moved to. */
    int field() {
        return tag >>> 3;
    }

    /** How its value is written: one of the constants, or what this reader only skips. */
    int wireType() {
        return tag & 7;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!message.isReadable()) {
                throw malformed("a number");
            }
            byte next = message.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("a number");
    }

    /** A nested message, a packed list, or bytes. */
    ByteBuf bytes() {
        expect(LENGTH);
        long length = varint();
        if (length < 0 || length > message.readableBytes()) {
            throw malformed("a length");
        }
        return message.readSlice((int) length);
    }

    String text() {
        ByteBuf text = bytes();
        if (!ByteBufUtil.isText(text, StandardCharsets.UTF_8)) {
            throw malformed("a text that is no UTF-8");
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** The value of a field that is a number, written as varint. */
    long number() {
        expect(VARINT);
        return varint();
    }

    /** A little-endian number of 4 or 8 bytes. */
    long fixed(int bytes) {
        if (bytes > message.readableBytes()) {
            throw malformed("a number");
        }
        return bytes == Integer.BYTES ? message.readIntLE() : message.readLongLE();
    }

    /** Whether a packed list has another value. */
    boolean hasMore() {
        return message.isReadable();
    }

    /** Passes over the value. */
    void skip() {
        switch (wireType()) {
            case VARINT -> varint();
            case FIXED64 -> fixed(Long.BYTES);
            case LENGTH -> bytes();
            case FIXED32 -> fixed(Integer.BYTES);
            default -> throw malformed("a group");
        }
    }

    void expect(int type) {
        if (wireType() != type) {
            throw malformed("field " + field() + " of wire type " + wireType());
        }
    }

    private static Rejection malformed(String what) {
        return Rejection.invalid("body", what + ", cut off or misplaced", "a protobuf message of this method");
    }
}
