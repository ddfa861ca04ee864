package dev.kilter.runtime.grpc;

import com.google.protobuf.ByteString;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.Shapes;
import dev.kilter.runtime.exchange.TensorBuilder;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The inputs of a gRPC request: all of them as bytes, or each with its typed contents. */
final class RequestTensors {

    private RequestTensors() {}

    /** @throws Rejection invalid */
    static List<Tensor> read(ModelInferRequest request, TensorMemory memory, Limits limits) {
        int count = request.getInputsCount();
        if (count < 1 || count > limits.tensors()) {
            throw Rejection.invalid("inputs", count + " tensors", "1.." + limits.tensors());
        }
        int raw = request.getRawInputContentsCount();
        if (raw != 0 && raw != count) {
            throw Rejection.invalid(
                    "raw_input_contents", raw + " entries", "none, or one for each of " + count + " inputs");
        }
        Set<String> names = new HashSet<>();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            InferInputTensor input = request.getInputs(i);
            String field = "inputs[" + i + "]";
            checkName(field, input.getName(), limits);
            if (!names.add(input.getName())) {
                throw Rejection.invalid(field + ".name", input.getName() + ", a second time", "each input once");
            }
            Refusals.check(field + ".parameters", input.getParametersMap(), Refusals.OF_TENSORS);
            Shape shape = Shapes.checked(field + ".shape", input.getShapeList(), limits);
            DataType type = type(field, input.getDatatype());
            tensors.add(
                    raw == 0
                            ? typed(field, input, type, shape, memory)
                            : raw(i, input, type, shape, request.getRawInputContents(i)));
        }
        return tensors;
    }

    private static void checkName(String field, String name, Limits limits) {
        if (name.isEmpty() || name.length() > limits.nameLength()) {
            throw Rejection.invalid(
                    field + ".name", name.length() + " characters", "1.." + limits.nameLength() + " characters");
        }
    }

    private static DataType type(String field, String name) {
        return DataType.of(name)
                .orElseThrow(() ->
                        Rejection.invalid(field + ".datatype", name, "one of " + Arrays.toString(DataType.values())));
    }

    private static Tensor raw(int index, InferInputTensor input, DataType type, Shape shape, ByteString bytes) {
        if (input.hasContents()) {
            throw Rejection.invalid(
                    "inputs[" + index + "].contents", "given beside raw_input_contents", "one of the two");
        }
        Tensor tensor = new Tensor(
                input.getName(), type, shape, bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        BytesElements.check("raw_input_contents[" + index + "]", type, shape, tensor.data());
        return tensor;
    }

    private static Tensor typed(String field, InferInputTensor input, DataType type, Shape shape, TensorMemory memory) {
        InferTensorContents contents = input.getContents();
        int count = count(field, type, contents);
        // Before memory is taken: a shape may claim more than what came.
        if (count != shape.elements()) {
            throw Rejection.invalid(field + ".contents", count + " values", shape.elements() + " for shape " + shape);
        }
        TensorBuilder tensor = new TensorBuilder(memory, field + ".contents", input.getName(), type, shape);
        for (int i = 0; i < count; i++) {
            switch (type) {
                case BOOL -> tensor.add(contents.getBoolContents(i));
                case INT8, INT16, INT32 -> tensor.add(contents.getIntContents(i));
                case INT64 -> tensor.add(contents.getInt64Contents(i));
                case UINT8, UINT16, UINT32 -> tensor.add(Integer.toUnsignedLong(contents.getUintContents(i)));
                case UINT64 -> tensor.addUnsigned(contents.getUint64Contents(i));
                case FP32 -> tensor.add(contents.getFp32Contents(i));
                case FP64 -> tensor.add(contents.getFp64Contents(i));
                case BYTES -> tensor.add(contents.getBytesContents(i).asReadOnlyByteBuffer());
                case FP16, BF16 -> throw rawOnly(field, type);
            }
        }
        return tensor.build();
    }

    private static int count(String field, DataType type, InferTensorContents contents) {
        return switch (type) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FP16, BF16 -> throw rawOnly(field, type);
        };
    }

    private static Rejection rawOnly(String field, DataType type) {
        return Rejection.invalid(field + ".datatype", type + " in contents", "raw_input_contents for this type");
    }
}
