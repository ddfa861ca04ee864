package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;

/** An {@code InferOutputTensor}; its length is known before it is written. */
final class OutputMessage {

    private final Tensor tensor;
    private final boolean typed;
    private final int shapeSize;
    private final int valuesSize;
    private final int size;

    /** @param typed whether its values stand in its contents */
    OutputMessage(Tensor tensor, boolean typed) {
        this.tensor = tensor;
        this.typed = typed;
        int dimensions = 0;
        for (long dimension : tensor.shape().dimensions()) {
            dimensions += ProtoWriter.varintSize(dimension);
        }
        shapeSize = dimensions;
        valuesSize = typed ? valuesSize(tensor) : 0;
        size = ProtoWriter.textSize(tensor.name())
                + ProtoWriter.textSize(tensor.type().name())
                + (shapeSize == 0 ? 0 : ProtoWriter.lengthSize(shapeSize))
                + (typed ? ProtoWriter.lengthSize(contentsSize()) : 0);
    }

    Tensor tensor() {
        return tensor;
    }

    int size() {
        return size;
    }

    private int contentsSize() {
        return tensor.type() == DataType.BYTES ? valuesSize : ProtoWriter.lengthSize(valuesSize);
    }

    private static int valuesSize(Tensor tensor) {
        long[] size = {0};
        switch (tensor.type()) {
            case BOOL, FP32, FP64 -> size[0] = tensor.data().remaining();
            case BYTES ->
                BytesElements.forEach(tensor.data(), element -> size[0] += ProtoWriter.lengthSize(element.remaining()));
            default -> forEachNumber(tensor, value -> size[0] += ProtoWriter.varintSize(value));
        }
        return Math.toIntExact(size[0]);
    }

    void write(ByteBuf to, ProtoWriter message) {
        message.text(1, tensor.name());
        message.text(2, tensor.type().name());
        if (shapeSize > 0) {
            message.length(3, shapeSize);
            for (long dimension : tensor.shape().dimensions()) {
                message.varint(dimension);
            }
        }
        if (typed) {
            message.length(5, contentsSize());
            writeContents(to, message);
        }
    }

    private void writeContents(ByteBuf to, ProtoWriter message) {
        int field = TypedContents.number("outputs", tensor.type());
        if (tensor.type() == DataType.BYTES) {
            BytesElements.forEach(tensor.data(), element -> {
                message.length(field, element.remaining());
                to.writeBytes(element);
            });
            return;
        }
        message.length(field, valuesSize);
        switch (tensor.type()) {
            case BOOL, FP32, FP64 -> to.writeBytes(tensor.data().duplicate());
            default -> forEachNumber(tensor, message::varint);
        }
    }

    /** The values as they are written: negative ones are ten bytes long. */
    private static void forEachNumber(Tensor tensor, LongConsumer value) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            value.accept(
                    switch (tensor.type()) {
                        case UINT8 -> Byte.toUnsignedLong(data.get());
                        case UINT16 -> Short.toUnsignedLong(data.getShort());
                        case UINT32 -> Integer.toUnsignedLong(data.getInt());
                        case INT8 -> data.get();
                        case INT16 -> data.getShort();
                        case INT32 -> data.getInt();
                        case UINT64, INT64 -> data.getLong();
                        case BOOL, FP16, BF16, FP32, FP64, BYTES ->
                            throw new IllegalArgumentException("type: " + tensor.type());
                    });
        }
    }
}
