package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.tensor.Tensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of a tensor as one flat JSON array; what is no number in JSON goes as {@code "NaN"}, {@code "Infinity"}.
 */
final class OutputData {

    private OutputData() {}

    static void write(JsonGenerator json, Tensor tensor) throws IOException {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        json.writeStartArray();
        switch (tensor.type()) {
            case BYTES -> {
                for (String text : texts(tensor)) {
                    json.writeString(text);
                }
            }
            case FP16, BF16 -> throw binaryOnly(tensor.name(), tensor.type().name());
            default -> {
                while (data.hasRemaining()) {
                    writeNext(json, tensor, data);
                }
            }
        }
        json.writeEndArray();
    }

    private static void writeNext(JsonGenerator json, Tensor tensor, ByteBuffer data) throws IOException {
        switch (tensor.type()) {
            case BOOL -> json.writeBoolean(data.get() != 0);
            case UINT8 -> json.writeNumber(Byte.toUnsignedInt(data.get()));
            case UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort()));
            case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt()));
            case UINT64 -> writeUnsigned(json, data.getLong());
            case INT8 -> json.writeNumber((int) data.get());
            case INT16 -> json.writeNumber((int) data.getShort());
            case INT32 -> json.writeNumber(data.getInt());
            case INT64 -> json.writeNumber(data.getLong());
            case FP32 -> json.writeNumber(data.getFloat());
            case FP64 -> json.writeNumber(data.getDouble());
            case FP16, BF16, BYTES -> throw new IllegalArgumentException("type: " + tensor.type());
        }
    }

    private static void writeUnsigned(JsonGenerator json, long value) throws IOException {
        if (value >= 0) {
            json.writeNumber(value);
        } else {
            json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
        }
    }

    private static List<String> texts(Tensor tensor) {
        List<String> texts = new ArrayList<>();
        BytesElements.forEach(tensor.data(), element -> {
            try {
                texts.add(StandardCharsets.UTF_8.newDecoder().decode(element).toString());
            } catch (CharacterCodingException e) {
                throw binaryOnly(tensor.name(), "BYTES that are no UTF-8");
            }
        });
        return texts;
    }

    /** The complaint about an output that JSON cannot carry. */
    static Rejection binaryOnly(String output, String what) {
        return Rejection.invalid(
                "outputs." + output, what + ", which JSON does not carry", "the parameter binary_data: true");
    }
}
