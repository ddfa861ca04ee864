package dev.kilter.runtime.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Reads an ONNX model's inputs and outputs, which DJL does not tell: through a session of its own, closed again before
 * the serving one is made.
 */
final class OnnxSignature {

    private OnnxSignature() {}

    /**
     * Reads it.
     *
     * @throws OrtException if ONNX Runtime cannot load the file
     * @throws EngineException if a type or shape is one that this engine does not run
     */
    static Signature read(Path file) throws OrtException, EngineException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(file.toString(), options)) {
                return new Signature(
                        specs(session.getInputInfo().values()),
                        specs(session.getOutputInfo().values()));
            }
        }
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes) throws EngineException {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw new EngineException(node.getName() + ": " + node.getInfo() + " (expected: a tensor)");
            }
            TensorSpec spec = new TensorSpec(node.getName(), type(node.getName(), tensor), Shape.of(tensor.getShape()));
            if (spec.type() == DataType.BYTES && spec.shape().rank() != 1) {
                // DJL mixes up the rows of strings in more dimensions.
                throw new EngineException(node.getName() + ": strings of shape " + spec.shape()
                        + " (expected: strings of one dimension; more are not run through DJL)");
            }
            specs.add(spec);
        }
        return specs;
    }

    private static DataType type(String name, TensorInfo tensor) throws EngineException {
        return switch (tensor.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FP32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FP64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FP16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BF16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.BYTES;
            default -> {
                OnnxJavaType type = tensor.type;
                throw new EngineException(name + ": element type " + tensor.onnxType + " (" + type
                        + ") is not run through DJL (expected: FP16, BF16, FP32, FP64, INT8, UINT8, INT32, INT64, "
                        + "BOOL or strings)");
            }
        };
    }
}
