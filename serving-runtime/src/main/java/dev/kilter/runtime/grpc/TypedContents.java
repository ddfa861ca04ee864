package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorBuilder;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The {@code InferTensorContents} of one input. Values are counted before memory is taken for them, since a shape may
 * claim more than what came; packed floats are the tensor's bytes already.
 */
final class TypedContents {

    private static final int BYTES_FIELD = 8;

    private final String field;
    private final DataType type;
    private final ByteBuf message;
    private final int number;
    private final int width;

    TypedContents(String field, DataType type, Optional<ByteBuf> message) {
        this.field = field;
        this.type = type;
        this.message = message.orElse(Unpooled.EMPTY_BUFFER);
        this.number = number(field, type);
        this.width = switch (type) {
            case FP32 -> Float.BYTES;
            case FP64 -> Double.BYTES;
            default -> 0;
        };
    }

    /** The number of the field that carries values of that type. */
    static int number(String field, DataType type) {
        return switch (type) {
            case BOOL -> 1;
            case INT8, INT16, INT32 -> 2;
            case INT64 -> 3;
            case UINT8, UINT16, UINT32 -> 4;
            case UINT64 -> 5;
            case FP32 -> 6;
            case FP64 -> 7;
            case BYTES -> BYTES_FIELD;
            case FP16, BF16 ->
                throw Rejection.invalid(field + ".datatype", type + " in contents", "raw_input_contents for this type");
        };
    }

    Tensor tensor(String name, Shape shape, TensorMemory memory) {
        long count = count();
        if (count != shape.elements()) {
            throw Rejection.invalid(field + ".contents", count + " values", shape.elements() + " for shape " + shape);
        }
        Optional<ByteBuf> packed = onePackedList();
        if (packed.isPresent()) {
            ByteBuffer data = packed.get().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
            return new Tensor(name, type, shape, data);
        }
        TensorBuilder tensor = new TensorBuilder(memory, field + ".contents", name, type, shape);
        ProtoReader fields = new ProtoReader(message.duplicate());
        while (fields.next()) {
            if (fields.field() == number) {
                add(fields, tensor);
            } else {
                fields.skip();
            }
        }
        return tensor.build();
    }

    private long count() {
        long count = 0;
        ProtoReader fields = new ProtoReader(message.duplicate());
        while (fields.next()) {
            boolean values = fields.field() == number;
            if (values && fields.wireType() == ProtoReader.LENGTH && number != BYTES_FIELD) {
                count += countPacked(fields.bytes());
            } else {
                fields.skip();
                count += values ? 1 : 0;
            }
        }
        return count;
    }

    private long countPacked(ByteBuf packed) {
        if (width > 0) {
            if (packed.readableBytes() % width != 0) {
                throw Rejection.invalid(
                        field + ".contents", packed.readableBytes() + " bytes", "whole values of " + width);
            }
            return packed.readableBytes() / width;
        }
        int[] ends = {0};
        packed.forEachByte(value -> {
            ends[0] += value >= 0 ? 1 : 0;
            return true;
        });
        return ends[0];
    }

    /** The only list of values, if it has the tensor's own layout. */
    private Optional<ByteBuf> onePackedList() {
        if (width == 0) {
            return Optional.empty();
        }
        ProtoReader fields = new ProtoReader(message.duplicate());
        if (!fields.next() || fields.field() != number || fields.wireType() != ProtoReader.LENGTH) {
            return Optional.empty();
        }
        ByteBuf values = fields.bytes();
        return fields.next() ? Optional.empty() : Optional.of(values);
    }

    private void add(ProtoReader fields, TensorBuilder tensor) {
        if (number == BYTES_FIELD) {
            tensor.add(fields.bytes().nioBuffer());
        } else if (fields.wireType() == ProtoReader.LENGTH) {
            ProtoReader packed = new ProtoReader(fields.bytes());
            while (packed.hasMore()) {
                addNumber(packed, tensor);
            }
        } else {
            fields.expect(
                    switch (type) {
                        case FP32 -> ProtoReader.FIXED32;
                        case FP64 -> ProtoReader.FIXED64;
                        default -> ProtoReader.VARINT;
                    });
            addNumber(fields, tensor);
        }
    }

    private void addNumber(ProtoReader from, TensorBuilder tensor) {
        switch (type) {
            case BOOL -> tensor.add(from.varint() != 0);
            case INT8, INT16, INT32 -> tensor.add((long) (int) from.varint());
            case INT64 -> tensor.add(from.varint());
            case UINT8, UINT16, UINT32 -> tensor.add(Integer.toUnsignedLong((int) from.varint()));
            case UINT64 -> tensor.addUnsigned(from.varint());
            case FP32 -> tensor.add(Float.intBitsToFloat((int) from.fixed(Integer.BYTES)));
            case FP64 -> tensor.add(Double.longBitsToDouble(from.fixed(Long.BYTES)));
            case FP16, BF16, BYTES -> throw new IllegalArgumentException("type: " + type);
        }
    }
}
