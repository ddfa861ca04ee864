package dev.kilter.runtime.predict;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Outputs → predictions: each output cut along dimension 0, one value an instance. */
final class Predictions {

    /** Integers beyond are no longer exact in the doubles that carry numbers; they go as strings. */
    private static final long MAX_EXACT = (1L << 53) - 1;

    private Predictions() {}

    /** What keeps the outputs from being cut into that many predictions; empty if nothing does. */
    static Optional<String> problem(List<Tensor> outputs, int instances) {
        return outputs.stream()
                .filter(output -> output.shape().rank() == 0
                        || output.shape().dimensions().getFirst() != instances)
                .findFirst()
                .map(output -> "output " + output.name() + " has shape " + output.shape() + " for " + instances
                        + " instances (expected: one row an instance); ask this model by the Open Inference Protocol");
    }

    static List<Value> of(List<Tensor> outputs, int instances) {
        List<List<Value>> columns =
                outputs.stream().map(output -> rows(output, instances)).toList();
        if (columns.size() == 1) {
            return columns.getFirst();
        }
        List<Value> predictions = new ArrayList<>(instances);
        for (int i = 0; i < instances; i++) {
            Struct.Builder prediction = Struct.newBuilder();
            for (int column = 0; column < columns.size(); column++) {
                prediction.putFields(
                        outputs.get(column).name(), columns.get(column).get(i));
            }
            predictions.add(Value.newBuilder().setStructValue(prediction).build());
        }
        return predictions;
    }

    private static List<Value> rows(Tensor output, int instances) {
        Iterator<Value> elements = elements(output).iterator();
        List<Long> each = output.shape().dimensions().subList(1, output.shape().rank());
        List<Value> rows = new ArrayList<>(instances);
        for (int i = 0; i < instances; i++) {
            rows.add(nested(elements, each, 0));
        }
        return rows;
    }

    private static Value nested(Iterator<Value> elements, List<Long> dimensions, int depth) {
        if (depth == dimensions.size()) {
            return elements.next();
        }
        ListValue.Builder list = ListValue.newBuilder();
        for (long i = 0; i < dimensions.get(depth); i++) {
            list.addValues(nested(elements, dimensions, depth + 1));
        }
        return Value.newBuilder().setListValue(list).build();
    }

    private static List<Value> elements(Tensor output) {
        List<Value> values = new ArrayList<>();
        ByteBuffer data = output.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        switch (output.type()) {
            case BYTES ->
                BytesElements.forEach(
                        data,
                        element -> values.add(
                                text(StandardCharsets.UTF_8.decode(element).toString())));
            default -> {
                while (data.hasRemaining()) {
                    values.add(next(output, data));
                }
            }
        }
        return values;
    }

    private static Value next(Tensor output, ByteBuffer data) {
        return switch (output.type()) {
            case BOOL -> Value.newBuilder().setBoolValue(data.get() != 0).build();
            case UINT8 -> number(Byte.toUnsignedInt(data.get()));
            case UINT16 -> number(Short.toUnsignedInt(data.getShort()));
            case UINT32 -> number((double) Integer.toUnsignedLong(data.getInt()));
            case UINT64 -> unsigned(data.getLong());
            case INT8 -> number(data.get());
            case INT16 -> number(data.getShort());
            case INT32 -> number(data.getInt());
            case INT64 -> integer(data.getLong());
            case FP16 -> decimal(Float.float16ToFloat(data.getShort()));
            case BF16 -> decimal(Float.intBitsToFloat(data.getShort() << 16));
            case FP32 -> decimal(data.getFloat());
            case FP64 -> number(data.getDouble());
            case BYTES -> throw new IllegalArgumentException("type: " + output.type());
        };
    }

    /** A float with the digits it has by itself: 0.1, not 0.10000000149011612. */
    private static Value decimal(float value) {
        return number(Float.isFinite(value) ? Double.parseDouble(Float.toString(value)) : value);
    }

    private static Value integer(long value) {
        return value >= -MAX_EXACT && value <= MAX_EXACT ? number((double) value) : text(Long.toString(value));
    }

    private static Value unsigned(long value) {
        return value >= 0 ? integer(value) : text(Long.toUnsignedString(value));
    }

    /** What is no number in JSON goes as {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}. */
    private static Value number(double value) {
        return Double.isFinite(value) ? Value.newBuilder().setNumberValue(value).build() : text(Double.toString(value));
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }
}
