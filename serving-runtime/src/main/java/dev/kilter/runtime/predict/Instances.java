package dev.kilter.runtime.predict;

import com.google.protobuf.Value;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.Shapes;
import dev.kilter.runtime.exchange.TensorBuilder;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Instances → tensors: the values of each input, stacked along dimension 0. */
final class Instances {

    /** Integers up to here, and no others, are exact in the doubles that carry them. */
    private static final double MAX_EXACT = 0x1p53 - 1;

    private final List<Value> instances;
    private final TensorMemory memory;
    private final Limits limits;

    private Instances(List<Value> instances, TensorMemory memory, Limits limits) {
        this.instances = instances;
        this.memory = memory;
        this.limits = limits;
    }

    /** @throws Rejection invalid */
    static List<Tensor> read(List<Value> instances, List<TensorSpec> inputs, TensorMemory memory, Limits limits) {
        if (instances.isEmpty()) {
            throw Rejection.invalid("instances", "none", "at least one");
        }
        Instances reading = new Instances(instances, memory, limits);
        return inputs.stream()
                .map(input -> reading.tensor(input, inputs.size() == 1))
                .toList();
    }

    private Tensor tensor(TensorSpec input, boolean only) {
        List<Long> each = dimensions(value(0, input, only), field(0));
        List<Long> dimensions = new ArrayList<>();
        dimensions.add((long) instances.size());
        dimensions.addAll(each);
        Shape shape = Shapes.checked("instances", dimensions, limits);
        // Before memory is taken: dimensions were read off the first elements, the others may be missing.
        for (int i = 0; i < instances.size(); i++) {
            checkShape(value(i, input, only), each, 0, field(i));
        }
        TensorBuilder tensor =
                new TensorBuilder(memory, "instances", place(input, each, only), input.name(), input.type(), shape);
        for (int i = 0; i < instances.size(); i++) {
            add(value(i, input, only), tensor, field(i));
        }
        return tensor.build();
    }

    private static LongFunction<String> place(TensorSpec input, List<Long> each, boolean only) {
        long valuesOfInstance = each.stream().reduce(1L, Math::multiplyExact);
        return index -> field((int) (index / valuesOfInstance)) + (only ? "" : "." + input.name());
    }

    private Value value(int index, TensorSpec input, boolean only) {
        Value instance = instances.get(index);
        if (instance.getKindCase() != Value.KindCase.STRUCT_VALUE) {
            if (only) {
                return instance;
            }
            throw Rejection.invalid(field(index), kind(instance), "an object with a member for each input");
        }
        Value member = instance.getStructValue().getFieldsMap().get(input.name());
        if (member == null) {
            throw Rejection.invalid(field(index) + "." + input.name(), "missing", "a value of " + input.type());
        }
        return member;
    }

    private List<Long> dimensions(Value value, String field) {
        List<Long> dimensions = new ArrayList<>();
        Value level = value;
        while (level.getKindCase() == Value.KindCase.LIST_VALUE) {
            List<Value> values = level.getListValue().getValuesList();
            dimensions.add((long) values.size());
            if (values.isEmpty() || dimensions.size() > limits.rank()) {
                throw Rejection.invalid(
                        field, "lists of sizes " + dimensions, "at most " + limits.rank() + " lists deep, none empty");
            }
            level = values.getFirst();
        }
        return dimensions;
    }

    private static void checkShape(Value value, List<Long> expected, int depth, String field) {
        boolean list = value.getKindCase() == Value.KindCase.LIST_VALUE;
        if (list != depth < expected.size()) {
            throw Rejection.invalid(field, "lists of other depths", "shape " + expected + " in every instance");
        }
        if (list) {
            List<Value> values = value.getListValue().getValuesList();
            if (values.size() != expected.get(depth)) {
                throw Rejection.invalid(
                        field, "a list of " + values.size() + " values", "shape " + expected + " in every instance");
            }
            values.forEach(inner -> checkShape(inner, expected, depth + 1, field));
        }
    }

    private static void add(Value value, TensorBuilder tensor, String field) {
        switch (value.getKindCase()) {
            case LIST_VALUE -> value.getListValue().getValuesList().forEach(inner -> add(inner, tensor, field));
            case NUMBER_VALUE -> addNumber(value.getNumberValue(), tensor);
            case STRING_VALUE -> tensor.add(value.getStringValue());
            case BOOL_VALUE -> tensor.add(value.getBoolValue());
            case STRUCT_VALUE, NULL_VALUE, KIND_NOT_SET ->
                throw Rejection.invalid(field, kind(value), "a value of " + tensor.type());
        }
    }

    private static void addNumber(double number, TensorBuilder tensor) {
        DataType type = tensor.type();
        boolean fractional =
                type == DataType.FP16 || type == DataType.BF16 || type == DataType.FP32 || type == DataType.FP64;
        if (!fractional && Math.rint(number) == number && Math.abs(number) <= MAX_EXACT) {
            tensor.add((long) number);
        } else {
            tensor.add(number);
        }
    }

    private static String field(int index) {
        return "instances[" + index + "]";
    }

    private static String kind(Value value) {
        return switch (value.getKindCase()) {
            case LIST_VALUE -> "a list";
            case NUMBER_VALUE -> "a number";
            case STRING_VALUE -> "a string";
            case BOOL_VALUE -> "a boolean";
            case STRUCT_VALUE -> "an object";
            case NULL_VALUE, KIND_NOT_SET -> "null";
        };
    }
}
