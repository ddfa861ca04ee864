package dev.kilter.runtime.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Writes fields of a protobuf message into a buffer, and tells beforehand how long they will be. */
final class ProtoWriter {

    private final ByteBuf to;

    ProtoWriter(ByteBuf to) {
        this.to = to;
    }

    /** The length of a number, as varint. */
    static int varintSize(long value) {
        return value == 0 ? 1 : (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7;
    }

    /** The length of a field with that many bytes behind its length; fields below 16 alone. */
    static int lengthSize(int bytes) {
        return 1 + varintSize(bytes) + bytes;
    }

    /** The length of a text field; an empty one is left out. */
    static int textSize(String value) {
        return value.isEmpty() ? 0 : lengthSize(ByteBufUtil.utf8Bytes(value));
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to.writeByte((int) (rest | 0x80));
            rest >>>= 7;
        }
        to.writeByte((int) rest);
    }

    /** Begins a nested message, a packed list or bytes of that length. */
    void length(int field, int bytes) {
        to.writeByte((field << 3) | ProtoReader.LENGTH);
        varint(bytes);
    }

    void text(int field, String value) {
        if (!value.isEmpty()) {
            int bytes = ByteBufUtil.utf8Bytes(value);
            length(field, bytes);
            ByteBufUtil.reserveAndWriteUtf8(to, value, bytes); // no more room is asked for than there is
        }
    }
}
