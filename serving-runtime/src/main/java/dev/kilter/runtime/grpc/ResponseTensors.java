package dev.kilter.runtime.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.kilter.runtime.exchange.BytesElements;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The outputs of a gRPC answer: as bytes where the inputs came as bytes, else with typed contents. */
final class ResponseTensors {

    private ResponseTensors() {}

    static void write(List<Tensor> outputs, boolean raw, ModelInferResponse.Builder response) {
        // Types without contents force all of them to bytes: an answer has the one or the other.
        boolean asBytes = raw || outputs.stream().anyMatch(o -> o.type() == DataType.FP16 || o.type() == DataType.BF16);
        for (Tensor output : outputs) {
            InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name())
                    .addAllShape(output.shape().dimensions());
            if (asBytes) {
                response.addRawOutputContents(copied(output));
            } else {
                tensor.setContents(contents(output));
            }
            response.addOutputs(tensor);
        }
    }

    /** Copied, because an output may point into an input's memory, which is given back before the answer is sent. */
    private static ByteString copied(Tensor output) {
        byte[] bytes = new byte[output.data().remaining()];
        output.data().duplicate().get(bytes);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static InferTensorContents contents(Tensor output) {
        InferTensorContents.Builder to = InferTensorContents.newBuilder();
        ByteBuffer data = output.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (output.type() == DataType.BYTES) {
            BytesElements.forEach(data, element -> to.addBytesContents(ByteString.copyFrom(element)));
            return to.build();
        }
        while (data.hasRemaining()) {
            switch (output.type()) {
                case BOOL -> to.addBoolContents(data.get() != 0);
                case UINT8 -> to.addUintContents(Byte.toUnsignedInt(data.get()));
                case UINT16 -> to.addUintContents(Short.toUnsignedInt(data.getShort()));
                case UINT32 -> to.addUintContents(data.getInt());
                case UINT64 -> to.addUint64Contents(data.getLong());
                case INT8 -> to.addIntContents(data.get());
                case INT16 -> to.addIntContents(data.getShort());
                case INT32 -> to.addIntContents(data.getInt());
                case INT64 -> to.addInt64Contents(data.getLong());
                case FP32 -> to.addFp32Contents(data.getFloat());
                case FP64 -> to.addFp64Contents(data.getDouble());
                case FP16, BF16, BYTES -> throw new IllegalArgumentException("type: " + output.type());
            }
        }
        return to.build();
    }
}
