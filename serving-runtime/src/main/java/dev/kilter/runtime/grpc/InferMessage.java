package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.Deadlines;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Priorities;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A {@code ModelInferRequest}, read in place: the limits hold before anything is allocated, raw tensors are slices of
 * the message, typed contents go straight into the tensors' memory. What was read before a complaint can be asked for.
 */
final class InferMessage {

    private static final List<String> REFUSED = List.of("sequence_id", "sequence_start", "sequence_end");
    private static final List<String> REFUSED_OF_TENSORS =
            List.of("shared_memory_region", "shared_memory_byte_size", "shared_memory_offset", "classification");

    private final Limits limits;
    private final List<InputMessage> inputs = new ArrayList<>(2);
    private final List<ByteBuf> rawInputs = new ArrayList<>(2);
    private final Set<String> outputs = new LinkedHashSet<>();
    private String model = "";
    private String version = "";
    private String id = "";
    private OptionalLong timeoutMicros = OptionalLong.empty();
    private int priority;

    InferMessage(Limits limits) {
        this.limits = limits;
    }

    /**
     * Reads all but the tensors.
     *
     * @param asked is told the model's name as soon as it is known
     * @throws Rejection invalid
     */
    void read(ByteBuf message, Consumer<String> asked) {
        ProtoReader fields = new ProtoReader(message);
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> {
                    model = fields.text();
                    asked.accept(model);
                }
                case 2 -> version = fields.text();
                case 3 -> id = fields.text();
                case 4 -> readParameter(fields.bytes());
                case 5 -> {
                    checkCount("inputs", inputs.size());
                    inputs.add(new InputMessage("inputs[" + inputs.size() + "]", fields.bytes(), limits));
                }
                case 6 -> readOutput(fields.bytes());
                case 7 -> {
                    checkCount("raw_input_contents", rawInputs.size());
                    rawInputs.add(fields.bytes());
                }
                default -> fields.skip();
            }
        }
    }

    private void checkCount(String field, int count) {
        if (count == limits.tensors()) {
            throw Rejection.invalid(field, "more than " + count + " tensors", "at most " + count);
        }
    }

    private void readParameter(ByteBuf entry) {
        InferParameter parameter = InferParameter.read(entry);
        parameter.refuse("parameters", REFUSED);
        switch (parameter.name()) {
            case "timeout" ->
                timeoutMicros =
                        OptionalLong.of(Deadlines.micros("parameters.timeout", number(parameter, "microseconds")));
            case "priority" ->
                priority = Priorities.checked("parameters.priority", number(parameter, "a whole number"));
            default -> {}
        }
    }

    private static long number(InferParameter parameter, String expected) {
        return parameter
                .number()
                .orElseThrow(() ->
                        Rejection.invalid("parameters." + parameter.name(), "no number", expected + " as int64_param"));
    }

    private void readOutput(ByteBuf output) {
        String field = "outputs[" + outputs.size() + "]";
        checkCount("outputs", outputs.size());
        String name = "";
        ProtoReader fields = new ProtoReader(output);
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> name = fields.text();
                case 2 -> InferParameter.read(fields.bytes()).refuse(field + ".parameters", REFUSED_OF_TENSORS);
                default -> fields.skip();
            }
        }
        if (!outputs.add(name)) {
            throw Rejection.invalid(field + ".name", name + ", a second time", "each output once");
        }
    }

    /** @throws Rejection invalid, or refused if there is no memory for them */
    List<Tensor> tensors(TensorMemory memory) {
        if (inputs.isEmpty()) {
            throw Rejection.invalid("inputs", "0 tensors", "1.." + limits.tensors());
        }
        if (isRaw() && rawInputs.size() != inputs.size()) {
            throw Rejection.invalid(
                    "raw_input_contents",
                    rawInputs.size() + " entries",
                    "none, or one for each of " + inputs.size() + " inputs");
        }
        Set<String> names = new HashSet<>();
        List<Tensor> tensors = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            InputMessage input = inputs.get(i);
            input.refuse(REFUSED_OF_TENSORS);
            if (!names.add(input.name())) {
                throw Rejection.invalid("inputs[" + i + "].name", input.name() + ", a second time", "each input once");
            }
            tensors.add(isRaw() ? input.raw("raw_input_contents[" + i + "]", rawInputs.get(i)) : input.typed(memory));
        }
        return tensors;
    }

    /** Whether the inputs came as bytes; outputs go as they came. */
    boolean isRaw() {
        return !rawInputs.isEmpty();
    }

    String model() {
        return model;
    }

    Optional<String> version() {
        return version.isEmpty() ? Optional.empty() : Optional.of(version);
    }

    String id() {
        return id;
    }

    /** Asked for; empty: all. */
    List<String> outputs() {
        return List.copyOf(outputs);
    }

    int priority() {
        return priority;
    }

    OptionalLong timeoutMicros() {
        return timeoutMicros;
    }
}
