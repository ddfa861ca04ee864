package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.Shapes;
import dev.kilter.runtime.exchange.TensorBuilder;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * One element of {@code inputs}. Its members come in any order; data that come before their shape and type are passed
 * over and read afterwards.
 */
final class InputReader {

    /** The shortest way to write a value and what separates it from the next. */
    private static final int MIN_VALUE_BYTES = 2;

    private final RequestBody body;
    private final TensorMemory memory;
    private final Limits limits;
    private final String field;

    private String name;
    private DataType type;
    private Shape shape;
    private Parameters parameters;
    private Tensor tensor;
    private long postponedData = -1;

    InputReader(RequestBody body, TensorMemory memory, Limits limits, String field) {
        this.body = body;
        this.memory = memory;
        this.limits = limits;
        this.field = field;
        this.parameters = Parameters.none(field + ".parameters");
    }

    /** Reads the object that the parser stands on. */
    Tensor read(JsonParser json) throws IOException {
        JsonFields.expect(json, JsonToken.START_OBJECT, field, "an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "name" -> name = JsonFields.text(json, field + ".name", limits.nameLength());
                case "datatype" -> type = type(json);
                case "shape" -> shape = shape(json);
                case "parameters" -> parameters = Parameters.read(json, field + ".parameters");
                case "data" -> dataOrPostpone(json);
                default -> json.skipChildren();
            }
        }
        required("name", name);
        required("datatype", type);
        required("shape", shape);
        parameters.refuse("shared_memory_region", "shared_memory_byte_size", "shared_memory_offset");
        OptionalLong binarySize = parameters.number(Parameters.BINARY_DATA_SIZE);
        if (binarySize.isPresent()) {
            return binary(binarySize.getAsLong());
        }
        if (tensor == null && postponedData >= 0) {
            try (JsonParser again = body.parseFrom(postponedData)) {
                again.nextToken();
                data(again);
            }
        }
        return required("data", tensor);
    }

    private DataType type(JsonParser json) throws IOException {
        String text = JsonFields.text(json, field + ".datatype", limits.nameLength());
        return DataType.of(text)
                .orElseThrow(() ->
                        Rejection.invalid(field + ".datatype", text, "one of " + Arrays.toString(DataType.values())));
    }

    private Shape shape(JsonParser json) throws IOException {
        return Shapes.checked(field + ".shape", JsonFields.wholeNumbers(json, field + ".shape", limits.rank()), limits);
    }

    private void dataOrPostpone(JsonParser json) throws IOException {
        if (tensor != null || postponedData >= 0) {
            throw Rejection.invalid(field + ".data", "a second time", "once");
        }
        if (name != null && type != null && shape != null) {
            data(json);
        } else {
            postponedData = json.currentTokenLocation().getByteOffset();
            json.skipChildren();
        }
    }

    private void data(JsonParser json) throws IOException {
        if (type == DataType.FP16 || type == DataType.BF16) {
            throw Rejection.invalid(field + ".datatype", type + " with data in JSON", "binary data for this type");
        }
        long elements = shape.elements();
        if (elements > body.jsonLength() / MIN_VALUE_BYTES) {
            throw Rejection.invalid(field + ".data", "fewer values than shape " + shape + " has", elements + " values");
        }
        TensorBuilder builder = new TensorBuilder(memory, field + ".data", name, type, shape);
        TensorData.read(json, field + ".data", shape, builder);
        tensor = builder.build();
    }

    private Tensor binary(long size) {
        if (tensor != null || postponedData >= 0) {
            throw Rejection.invalid(field + ".data", "given beside binary_data_size", "one of the two");
        }
        String where = field + ".parameters." + Parameters.BINARY_DATA_SIZE;
        Tensor binary = new Tensor(
                name, type, shape, body.takeBinary(where, size).nioBuffer().order(ByteOrder.LITTLE_ENDIAN));
        BytesElements.check(where, type, shape, binary.data());
        return binary;
    }

    private <T> T required(String member, T value) {
        if (value == null) {
            throw Rejection.invalid(field + "." + member, "missing", "a value");
        }
        return value;
    }
}
