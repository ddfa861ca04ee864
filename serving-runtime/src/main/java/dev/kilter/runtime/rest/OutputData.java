package dev.kilter.runtime.rest;

import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The values of a tensor as one flat JSON array; what is no number in JSON goes as {@code "NaN"}, {@code "Infinity"}.
 */
final class OutputData {

    private OutputData() {}

    static void write(JsonWriter json, Tensor tensor) {
        json.raw('[');
        writeValues(json, tensor);
        json.raw(']');
    }

    /** The same without the brackets. */
    static void writeValues(JsonWriter json, Tensor tensor) {
        switch (tensor.type()) {
            case BYTES -> writeTexts(json, tensor);
            case FP16, BF16 -> throw binaryOnly(tensor.name(), tensor.type().name());
            default -> writeNumbers(json, tensor);
        }
    }

    private static void writeNumbers(JsonWriter json, Tensor tensor) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            writeNext(json, tensor.type(), data);
            if (data.hasRemaining()) {
                json.raw(',');
            }
        }
    }

    private static void writeNext(JsonWriter json, DataType type, ByteBuffer data) {
        switch (type) {
            case BOOL -> json.raw(data.get() != 0 ? "true" : "false");
            case UINT8 -> json.number(Byte.toUnsignedLong(data.get()));
            case UINT16 -> json.number(Short.toUnsignedLong(data.getShort()));
            case UINT32 -> json.number(Integer.toUnsignedLong(data.getInt()));
            case UINT64 -> writeUnsigned(json, data.getLong());
            case INT8 -> json.number((long) data.get());
            case INT16 -> json.number((long) data.getShort());
            case INT32 -> json.number((long) data.getInt());
            case INT64 -> json.number(data.getLong());
            case FP32 -> json.number(data.getFloat());
            case FP64 -> json.number(data.getDouble());
            case FP16, BF16, BYTES -> throw new IllegalArgumentException("type: " + type);
        }
    }

    private static void writeUnsigned(JsonWriter json, long value) {
        if (value >= 0) {
            json.number(value);
        } else {
            json.raw(Long.toUnsignedString(value));
        }
    }

    private static void writeTexts(JsonWriter json, Tensor tensor) {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        boolean[] first = {true};
        BytesElements.forEach(tensor.data(), element -> {
            if (!first[0]) {
                json.raw(',');
            }
            first[0] = false;
            try {
                json.string(utf8.decode(element));
            } catch (CharacterCodingException e) {
                throw binaryOnly(tensor.name(), "BYTES that are no UTF-8");
            }
        });
    }

    /** The complaint about an output that JSON cannot carry. */
    static Rejection binaryOnly(String output, String what) {
        return Rejection.invalid(
                "outputs." + output, what + ", which JSON does not carry", "the parameter binary_data: true");
    }
}
