package dev.kilter.benchmarks.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.kilter.benchmarks.Contender;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limit: ONNX Runtime's own Java API, one session, the same inputs again and again, nothing made and nothing read,
 * outputs written into tensors that are there already.
 */
final class BareLoop implements Contender {

    private final OrtSession session;
    private final int items;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();

    BareLoop(Path model, Signature signature, int items, int threads) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", threads > 1 ? "1" : "0");
            this.session = environment.createSession(model.toString(), options);
        }
        this.items = items;
        for (Tensor tensor : SampleInputs.of(signature, items)) {
            inputs.put(
                    tensor.name(), tensor(tensor.data(), tensor.shape().toArray(), type(tensor.name(), tensor.type())));
        }
        pinOutputs(signature);
    }

    /** Shapes are what a first run gives. */
    private void pinOutputs(Signature signature) throws OrtException {
        try (OrtSession.Result first = session.run(inputs)) {
            for (int i = 0; i < first.size(); i++) {
                String name = signature.outputs().get(i).name();
                DataType type = signature.outputs().get(i).type();
                OnnxValue value = first.get(i);
                long[] shape = ((OnnxTensor) value).getInfo().getShape();
                long elements = 1;
                for (long dimension : shape) {
                    elements *= dimension;
                }
                ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(elements * type.size()))
                        .order(ByteOrder.nativeOrder());
                outputs.put(name, tensor(memory, shape, type(name, type)));
            }
        }
    }

    private OnnxTensor tensor(ByteBuffer data, long[] shape, OnnxJavaType type) throws OrtException {
        OnnxTensor tensor = OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), data.duplicate().order(ByteOrder.nativeOrder()), shape, type);
        tensors.add(tensor);
        return tensor;
    }

    private static OnnxJavaType type(String tensor, DataType type) {
        return switch (type) {
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case INT16, UINT16, UINT32, UINT64, BYTES ->
                throw new IllegalArgumentException(
                        tensor + ": " + type + " (expected: a type that ONNX Runtime's Java API takes from a buffer)");
        };
    }

    @Override
    public String name() {
        return "bare loop";
    }

    @Override
    public int work() throws OrtException {
        session.run(inputs, outputs).close();
        return items;
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
