package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.Shapes;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An {@code InferInputTensor}, read in place. */
final class InputMessage {

    private final String field;
    private final Limits limits;
    private final List<Long> dimensions = new ArrayList<>(4);
    private final List<InferParameter> parameters = new ArrayList<>(0);
    private String name = "";
    private String datatype = "";
    private Optional<ByteBuf> contents = Optional.empty();

    /** @param field where it stands in the request, for messages */
    InputMessage(String field, ByteBuf message, Limits limits) {
        this.field = field;
        this.limits = limits;
        ProtoReader fields = new ProtoReader(message);
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> name = fields.text();
                case 2 -> datatype = fields.text();
                case 3 -> readShape(fields);
                case 4 -> parameters.add(InferParameter.read(fields.bytes()));
                case 5 -> {
                    if (contents.isPresent()) {
                        throw Rejection.invalid(field + ".contents", "given twice", "once");
                    }
                    contents = Optional.of(fields.bytes());
                }
                default -> fields.skip();
            }
        }
    }

    private void readShape(ProtoReader fields) {
        if (fields.wireType() == ProtoReader.VARINT) {
            addDimension(fields.varint());
            return;
        }
        ProtoReader packed = new ProtoReader(fields.bytes());
        while (packed.hasMore()) {
            addDimension(packed.varint());
        }
    }

    private void addDimension(long size) {
        if (dimensions.size() == limits.rank()) {
            throw Rejection.invalid(
                    field + ".shape", "more than " + limits.rank() + " dimensions", "at most " + limits.rank());
        }
        dimensions.add(size);
    }

    String name() {
        return name;
    }

    void refuse(List<String> refused) {
        parameters.forEach(parameter -> parameter.refuse(field + ".parameters", refused));
    }

    /**
     * The tensor whose elements are these bytes, without a copy.
     *
     * @param where they stand in the request, for messages
     */
    Tensor raw(String where, ByteBuf bytes) {
        if (contents.isPresent()) {
            throw Rejection.invalid(field + ".contents", "given beside raw_input_contents", "one of the two");
        }
        DataType type = type();
        Shape shape = shape();
        Tensor tensor = new Tensor(name, type, shape, bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN));
        BytesElements.check(where, type, shape, tensor.data());
        return tensor;
    }

    /** The tensor of the typed contents. */
    Tensor typed(TensorMemory memory) {
        DataType type = type();
        TypedContents typed = new TypedContents(field, type, contents);
        return typed.tensor(name, shape(), memory);
    }

    private DataType type() {
        checkName();
        return DataType.of(datatype)
                .orElseThrow(() -> Rejection.invalid(
                        field + ".datatype", datatype, "one of " + Arrays.toString(DataType.values())));
    }

    private void checkName() {
        if (name.isEmpty() || name.length() > limits.nameLength()) {
            throw Rejection.invalid(
                    field + ".name", name.length() + " characters", "1.." + limits.nameLength() + " characters");
        }
    }

    private Shape shape() {
        return Shapes.checked(field + ".shape", dimensions, limits);
    }
}
