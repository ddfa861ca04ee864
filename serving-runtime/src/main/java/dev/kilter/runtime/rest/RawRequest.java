package dev.kilter.runtime.rest;

import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.Shapes;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request without JSON, marked by {@code Inference-Header-Content-Length: 0}: the body is the model's only input, and
 * its length tells the one dimension that varies. A {@code BYTES} input is one element, the body, without a length.
 */
final class RawRequest {

    private static final int LENGTH_PREFIX = 4;

    private RawRequest() {}

    static InferRequest read(ServedModel model, ByteBuf body, TensorMemory memory, Limits limits) {
        if (model.inputs().size() != 1) {
            throw Rejection.invalid(
                    "Inference-Header-Content-Length",
                    "0, for a model of " + model.inputs().size() + " inputs",
                    "a raw body only for a model with one input");
        }
        TensorSpec input = model.inputs().getFirst();
        Tensor tensor = input.type() == DataType.BYTES ? oneElement(input, body, memory) : fixed(input, body, limits);
        return new InferRequest(Optional.empty(), List.of(tensor), Map.of(), true, OptionalLong.empty(), 0);
    }

    private static Tensor oneElement(TensorSpec input, ByteBuf body, TensorMemory memory) {
        List<Long> ones = input.shape().dimensions().stream()
                .map(size -> size == -1 ? 1L : size)
                .toList();
        ByteBuf element = memory.take(LENGTH_PREFIX + body.readableBytes());
        element.writeIntLE(body.readableBytes()).writeBytes(body, body.readerIndex(), body.readableBytes());
        return checked(input, new Shape(ones), element);
    }

    private static Tensor fixed(TensorSpec input, ByteBuf body, Limits limits) {
        List<Long> dimensions = new ArrayList<>(input.shape().dimensions());
        long variable = dimensions.stream().filter(size -> size == -1).count();
        if (variable == 2 && dimensions.getFirst() == -1) {
            dimensions.set(0, 1L); // a batch of one leaves one dimension open
            variable = 1;
        }
        if (variable > 1) {
            throw Rejection.invalid("body", "raw, for shape " + input.shape(), "at most one dimension that varies");
        }
        long known = dimensions.stream().filter(size -> size != -1).reduce(1L, Math::multiplyExact);
        dimensions.replaceAll(size ->
                size == -1 ? body.readableBytes() / (known * input.type().size()) : size);
        return checked(input, Shapes.checked("body", dimensions, limits), body);
    }

    private static Tensor checked(TensorSpec input, Shape shape, ByteBuf bytes) {
        ByteBuffer data = bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
        BytesElements.check("body", input.type(), shape, data);
        return new Tensor(input.name(), input.type(), shape, data);
    }
}
