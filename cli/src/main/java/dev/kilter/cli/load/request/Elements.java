package dev.kilter.cli.load.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kilter.runtime.tensor.DataType;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Elements of a tensor between their raw bytes and JSON. */
final class Elements {

    private Elements() {}

    /** BYTES elements: each its length, four bytes little-endian, and its bytes. */
    static byte[] ofTexts(List<byte[]> texts) {
        int total = texts.stream().mapToInt(text -> 4 + text.length).sum();
        byte[] bytes = new byte[total];
        ByteBuffer raw = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        texts.forEach(text -> raw.putInt(text.length).put(text));
        return bytes;
    }

    /**
     * From a flat or nested JSON array.
     *
     * @throws IllegalArgumentException if an element is not of that type
     */
    static byte[] ofJson(String input, DataType datatype, JsonNode data) {
        if (datatype == DataType.BYTES) {
            List<byte[]> texts = new ArrayList<>();
            flatten(data, element -> texts.add(element.asText().getBytes(StandardCharsets.UTF_8)));
            return ofTexts(texts);
        }
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        flatten(data, element -> {
            boolean fits = switch (datatype) {
                case FP16, BF16, FP32, FP64 -> element.isNumber();
                case BOOL -> element.isBoolean() || element.isIntegralNumber();
                case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> element.isIntegralNumber();
                case BYTES -> false;
            };
            if (!fits) {
                throw new IllegalArgumentException(
                        "data of input " + input + ": " + element + " (expected: elements of " + datatype + ")");
            }
            raw.writeBytes(ofNumber(datatype, element));
        });
        return raw.toByteArray();
    }

    private static byte[] ofNumber(DataType datatype, JsonNode number) {
        byte[] bytes = new byte[Long.BYTES];
        ByteBuffer raw = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (datatype) {
            case FP32 -> raw.putFloat((float) number.asDouble());
            case FP64 -> raw.putDouble(number.asDouble());
            case FP16 -> raw.putShort(Float.floatToFloat16((float) number.asDouble()));
            case BF16 -> raw.putShort((short) (Float.floatToIntBits((float) number.asDouble()) >>> 16));
            case BOOL -> raw.put((byte) (number.asBoolean() ? 1 : 0));
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 ->
                raw.putLong(number.bigIntegerValue().longValue());
            case BYTES -> throw new IllegalStateException("texts are not numbers");
        }
        return Arrays.copyOf(bytes, datatype.size());
    }

    private static void flatten(JsonNode data, Consumer<JsonNode> element) {
        if (data.isArray()) {
            data.forEach(inner -> flatten(inner, element));
        } else {
            element.accept(data);
        }
    }

    /** All elements, in a flat array. */
    static void toJson(InputTensor tensor, ArrayNode out) {
        ByteBuffer raw = ByteBuffer.wrap(tensor.raw()).order(ByteOrder.LITTLE_ENDIAN);
        while (raw.hasRemaining()) {
            switch (tensor.datatype()) {
                case BOOL -> out.add(raw.get() != 0);
                case UINT8 -> out.add(raw.get() & 0xff);
                case UINT16 -> out.add(raw.getShort() & 0xffff);
                case UINT32 -> out.add(raw.getInt() & 0xffff_ffffL);
                case UINT64 -> out.add(new BigInteger(Long.toUnsignedString(raw.getLong())));
                case INT8 -> out.add((int) raw.get());
                case INT16 -> out.add((int) raw.getShort());
                case INT32 -> out.add(raw.getInt());
                case INT64 -> out.add(raw.getLong());
                case FP32 -> out.add(raw.getFloat());
                case FP64 -> out.add(raw.getDouble());
                case FP16, BF16 ->
                    throw new IllegalArgumentException("datatype of input " + tensor.name() + ": " + tensor.datatype()
                            + ", which JSON does not carry (expected: --protocol binary or grpc)");
                case BYTES -> {
                    byte[] text = new byte[raw.getInt()];
                    raw.get(text);
                    out.add(new String(text, StandardCharsets.UTF_8));
                }
            }
        }
    }
}
