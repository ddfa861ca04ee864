package dev.kilter.runtime.exchange;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongFunction;

/** Writes the values of one tensor, in row-major order, each checked against the type, into direct memory. */
public final class TensorBuilder {

    private static final BigInteger UINT64_END = BigInteger.ONE.shiftLeft(64);
    private static final int LENGTH_PREFIX = 4;

    private final String data;
    private final LongFunction<String> place;
    private final String name;
    private final DataType type;
    private final Shape shape;
    private final long elements;
    private final ByteBuf buffer;
    private long added;

    /**
     * @param data where the values stand in the request, for messages: {@code inputs[0].data}
     * @param shape checked by {@link Shapes}
     */
    public TensorBuilder(TensorMemory memory, String data, String name, DataType type, Shape shape) {
        this(memory, data, index -> data + "[" + index + "]", name, type, shape);
    }

    /** @param place where the value of that index stands in the request, for messages */
    public TensorBuilder(
            TensorMemory memory, String data, LongFunction<String> place, String name, DataType type, Shape shape) {
        this.data = data;
        this.place = place;
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.elements = shape.elements();
        this.buffer = memory.take(Math.toIntExact(elements * (type == DataType.BYTES ? LENGTH_PREFIX : type.size())));
    }

    /** The type of the values. */
    public DataType type() {
        return type;
    }

    /** Adds an integer; to a tensor of floating point it is rounded. */
    public void add(long value) {
        switch (type) {
            case UINT8 -> put1(inRange(value, 0, 0xFF));
            case UINT16 -> put2(inRange(value, 0, 0xFFFF));
            case UINT32 -> put4(inRange(value, 0, 0xFFFF_FFFFL));
            case UINT64 -> put8(inRange(value, 0, Long.MAX_VALUE));
            case INT8 -> put1(inRange(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case INT16 -> put2(inRange(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case INT32 -> put4(inRange(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> next().writeLongLE(value);
            case FP16, BF16, FP32, FP64 -> add((double) value);
            case BOOL, BYTES -> throw unexpected(value);
        }
    }

    /** Adds an integer beyond a long. */
    public void add(BigInteger value) {
        switch (type) {
            case UINT64 -> {
                if (value.signum() < 0 || value.compareTo(UINT64_END) >= 0) {
                    throw unexpected(value);
                }
                next().writeLongLE(value.longValue());
            }
            case FP16, BF16, FP32, FP64 -> add(value.doubleValue());
            case BOOL, BYTES, UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> throw unexpected(value);
        }
    }

    /** Adds an integer whose 64 bits are all value, to a tensor of {@link DataType#UINT64}. */
    public void addUnsigned(long value) {
        if (type != DataType.UINT64) {
            throw unexpected(Long.toUnsignedString(value));
        }
        next().writeLongLE(value);
    }

    /** Adds a number with a fraction; a finite one must stay finite in the tensor's type. */
    public void add(double value) {
        switch (type) {
            case FP64 -> next().writeDoubleLE(value);
            case FP32 -> put4(Float.floatToRawIntBits(finite(value, (float) value)));
            case BF16 -> put2(toBf16(finite(value, (float) value)));
            case FP16 -> {
                short half = Float.floatToFloat16((float) value);
                finite(value, Float.float16ToFloat(half));
                put2(half);
            }
            case BOOL, BYTES, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> throw unexpected(value);
        }
    }

    /** Adds a truth value. */
    public void add(boolean value) {
        if (type != DataType.BOOL) {
            throw unexpected(value);
        }
        next().writeByte(value ? 1 : 0);
    }

    /** Adds a text, as UTF-8; a tensor of floating point takes {@code NaN}, {@code Infinity}, {@code -Infinity}. */
    public void add(String value) {
        if (type == DataType.BYTES) {
            ByteBuf to = next();
            int start = to.writerIndex();
            to.writeIntLE(0);
            to.setIntLE(start, ByteBufUtil.writeUtf8(to, value));
            return;
        }
        switch (value) {
            case "NaN" -> add(Double.NaN);
            case "Infinity" -> add(Double.POSITIVE_INFINITY);
            case "-Infinity" -> add(Double.NEGATIVE_INFINITY);
            case String other -> throw unexpected('"' + abbreviated(other) + '"');
        }
    }

    /** Adds any bytes, to a tensor of {@link DataType#BYTES}. */
    public void add(ByteBuffer value) {
        if (type != DataType.BYTES) {
            throw unexpected(value.remaining() + " bytes");
        }
        next().writeIntLE(value.remaining()).writeBytes(value);
    }

    /**
     * The tensor.
     *
     * @throws Rejection invalid, if values are missing
     */
    public Tensor build() {
        if (added != elements) {
            throw Rejection.invalid(data, added + " values", elements + " for shape " + shape);
        }
        return new Tensor(name, type, shape, buffer.nioBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The complaint that this value is none of the tensor's type. */
    public Rejection unexpected(Object value) {
        return Rejection.invalid(place.apply(added), value, expectation());
    }

    private ByteBuf next() {
        if (added == elements) {
            throw Rejection.invalid(data, "more than " + elements + " values", elements + " for shape " + shape);
        }
        added++;
        return buffer;
    }

    private void put1(long value) {
        next().writeByte((int) value);
    }

    private void put2(long value) {
        next().writeShortLE((int) value);
    }

    private void put4(long value) {
        next().writeIntLE((int) value);
    }

    private void put8(long value) {
        next().writeLongLE(value);
    }

    private long inRange(long value, long min, long max) {
        if (value < min || value > max) {
            throw unexpected(value);
        }
        return value;
    }

    private float finite(double value, float narrowed) {
        if (Double.isFinite(value) && !Float.isFinite(narrowed)) {
            throw unexpected(value);
        }
        return narrowed;
    }

    private static short toBf16(float value) {
        int bits = Float.floatToIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16); // to nearest, ties to even
    }

    private String expectation() {
        return switch (type) {
            case BOOL -> "true or false";
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> "an integer within " + type;
            case FP16, BF16, FP32, FP64 -> "a number within " + type;
            case BYTES -> "a string";
        };
    }

    private static String abbreviated(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
