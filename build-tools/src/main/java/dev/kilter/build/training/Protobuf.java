package dev.kilter.build.training;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages in the protobuf encoding (https://protobuf.dev/programming-guides/encoding), as far as requests need it. */
final class Protobuf {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Protobuf() {}

    static Protobuf of() {
        return new Protobuf();
    }

    Protobuf text(int field, String value) {
        return bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    Protobuf message(int field, Protobuf value) {
        return bytes(field, ByteBuffer.wrap(value.toBytes()));
    }

    Protobuf number(int field, long value) {
        varint(((long) field << 3) | VARINT);
        varint(value);
        return this;
    }

    Protobuf bytes(int field, ByteBuffer value) {
        varint(((long) field << 3) | LENGTH_DELIMITED);
        varint(value.remaining());
        while (value.hasRemaining()) {
            out.write(value.get());
        }
        return this;
    }

    private void varint(long value) {
        long rest = value;
        for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
            out.write((int) ((rest & 0x7f) | 0x80));
        }
        out.write((int) rest);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
