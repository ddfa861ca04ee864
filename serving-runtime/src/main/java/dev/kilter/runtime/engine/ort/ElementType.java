package dev.kilter.runtime.engine.ort;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.tensor.DataType;

/** {@code ONNXTensorElementDataType} of the C API. */
final class ElementType {

    private ElementType() {}

    static int codeOf(DataType type) {
        return switch (type) {
            case FP32 -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case UINT16 -> 4;
            case INT16 -> 5;
            case INT32 -> 6;
            case INT64 -> 7;
            case BYTES -> 8;
            case BOOL -> 9;
            case FP16 -> 10;
            case FP64 -> 11;
            case UINT32 -> 12;
            case UINT64 -> 13;
            case BF16 -> 16;
        };
    }

    /** @throws EngineException if the protocol has no such type; the message names the tensor */
    static DataType typeOf(String tensor, int code) throws EngineException {
        for (DataType type : DataType.values()) {
            if (codeOf(type) == code) {
                return type;
            }
        }
        throw new EngineException(
                tensor + ": ONNX element type " + code
                        + " (expected: one of the Open Inference Protocol's; complex, 4-bit and 8-bit floating types are none)");
    }
}
