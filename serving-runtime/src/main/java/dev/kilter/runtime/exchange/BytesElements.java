package dev.kilter.runtime.exchange;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** The elements of tensors that travel as bytes: fixed-size ones side by side, {@code BYTES} each after its length. */
public final class BytesElements {

    private static final int LENGTH_PREFIX = 4;

    private BytesElements() {}

    /**
     * Checks that {@code data} holds exactly the elements of that shape.
     *
     * @param field where the data stand in the request, for the message
     * @throws Rejection invalid
     */
    public static void check(String field, DataType type, Shape shape, ByteBuffer data) {
        long elements = shape.elements();
        if (type == DataType.BYTES) {
            checkLengths(field, elements, shape, data);
        } else if (data.remaining() != elements * type.size()) {
            throw Rejection.invalid(
                    field, data.remaining() + " bytes", elements * type.size() + " for " + type + " " + shape);
        }
    }

    private static void checkLengths(String field, long elements, Shape shape, ByteBuffer data) {
        ByteBuffer rest = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < elements; i++) {
            if (rest.remaining() < LENGTH_PREFIX) {
                throw Rejection.invalid(field, i + " elements", elements + " for BYTES " + shape);
            }
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                throw Rejection.invalid(
                        field + "[" + i + "]",
                        "a length of " + Integer.toUnsignedString(length),
                        "at most the " + rest.remaining() + " bytes that are left");
            }
            rest.position(rest.position() + length);
        }
        if (rest.hasRemaining()) {
            throw Rejection.invalid(
                    field,
                    rest.remaining() + " bytes after the last element",
                    elements + " elements for BYTES " + shape);
        }
    }

    /** Gives every element of a {@code BYTES} tensor, without its length. */
    public static void forEach(ByteBuffer data, Consumer<ByteBuffer> element) {
        ByteBuffer rest = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            int length = rest.getInt();
            element.accept(rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
        }
    }
}
