package dev.kilter.runtime.engine.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.engine.Texts;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A model in DJL. Everything native of a run lives in one manager and is freed with it. */
final class DjlModel implements LoadedModel {

    private final Model model;
    private final Signature signature;
    private final String provider;

    DjlModel(Model model, Signature signature, String provider) {
        this.model = model;
        this.signature = signature;
        this.provider = provider;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public String platform() {
        return "onnx_onnxv1";
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) throws EngineException {
        NDManager root = model.getNDManager();
        try (NDManager manager = root.newSubManager()) {
            NDList arrays = new NDList();
            for (Tensor input : inputs) {
                NDArray array = array(manager, input);
                array.setName(input.name());
                arrays.add(array);
            }
            NDList results = model.getBlock().forward(new ParameterStore(manager, false), arrays, false);
            List<Tensor> outputs = new ArrayList<>();
            for (TensorSpec spec : signature.outputs()) {
                outputs.add(tensor(spec, result(results, spec.name())));
            }
            return outputs;
        } catch (ai.djl.engine.EngineException | IllegalArgumentException | UnsupportedOperationException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new EngineException("ONNX Runtime: " + reason.getMessage(), e);
        }
    }

    private static NDArray array(NDManager manager, Tensor input) {
        ai.djl.ndarray.types.Shape shape =
                new ai.djl.ndarray.types.Shape(input.shape().toArray());
        if (input.type() == DataType.BYTES) {
            return manager.create(Texts.read(input).toArray(String[]::new), StandardCharsets.UTF_8, shape);
        }
        // A direct buffer is taken without a copy.
        return manager.create(input.data().duplicate().order(ByteOrder.LITTLE_ENDIAN), shape, type(input.type()));
    }

    private static Tensor tensor(TensorSpec spec, NDArray array) throws EngineException {
        Shape shape = Shape.of(array.getShape().getShape());
        if (spec.type() == DataType.BYTES) {
            List<String> texts = List.of(array.toStringArray(StandardCharsets.UTF_8));
            return new Tensor(spec.name(), spec.type(), shape, Texts.write(texts));
        }
        if (!array.getDataType().equals(type(spec.type()))) {
            throw new EngineException("output " + spec.name() + ": the engine gave " + array.getDataType()
                    + " (expected: " + spec.type() + ")");
        }
        return new Tensor(spec.name(), spec.type(), shape, array.toByteBuffer());
    }

    private static NDArray result(NDList results, String name) throws EngineException {
        for (NDArray array : results) {
            if (name.equals(array.getName())) {
                return array;
            }
        }
        throw new EngineException("output " + name + ": the engine gave none");
    }

    private static ai.djl.ndarray.types.DataType type(DataType type) {
        return switch (type) {
            case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
            case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
            case UINT16 -> ai.djl.ndarray.types.DataType.UINT16;
            case UINT32 -> ai.djl.ndarray.types.DataType.UINT32;
            case UINT64 -> ai.djl.ndarray.types.DataType.UINT64;
            case INT8 -> ai.djl.ndarray.types.DataType.INT8;
            case INT16 -> ai.djl.ndarray.types.DataType.INT16;
            case INT32 -> ai.djl.ndarray.types.DataType.INT32;
            case INT64 -> ai.djl.ndarray.types.DataType.INT64;
            case FP16 -> ai.djl.ndarray.types.DataType.FLOAT16;
            case BF16 -> ai.djl.ndarray.types.DataType.BFLOAT16;
            case FP32 -> ai.djl.ndarray.types.DataType.FLOAT32;
            case FP64 -> ai.djl.ndarray.types.DataType.FLOAT64;
            case BYTES -> ai.djl.ndarray.types.DataType.STRING;
        };
    }

    @Override
    public void close() {
        model.close();
    }
}
