package dev.kilter.runtime.engine.ort;

import static dev.kilter.runtime.engine.ort.OrtFunctions.call;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Scratch;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A model in a session of its own. Inputs are handed over where they lie, outputs are read where the session wrote
 * them; a copy is made only of an input on the heap or at an address that its type does not allow.
 */
final class OrtModel implements LoadedModel {

    private static final long POINTER = ValueLayout.JAVA_LONG.byteSize();

    private final NativeSession session;
    private final Signature signature;
    private final String provider;

    /** The arguments of a run, written anew for each. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment inputNames;
    private final MemorySegment outputNames;
    private final MemorySegment inputs;
    private final MemorySegment outputs;
    private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment dimensions;
    private final long memoryInfo;
    private final StringTensors strings;
    private final Scratch copies = new Scratch();

    OrtModel(NativeSession session, String provider) throws EngineException {
        this.session = session;
        this.signature = session.signature();
        this.provider = provider;
        this.inputNames = names(signature.inputs());
        this.outputNames = names(signature.outputs());
        this.inputs = pointers(signature.inputs().size());
        this.outputs = pointers(signature.outputs().size());
        this.dimensions = arena.allocate(ValueLayout.JAVA_LONG, Shape.MAX_RANK);
        this.memoryInfo = cpuMemory();
        this.strings = new StringTensors(arena);
    }

    private MemorySegment names(List<TensorSpec> specs) {
        MemorySegment names = pointers(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            MemorySegment name = arena.allocateFrom(specs.get(i).name());
            names.setAtIndex(ValueLayout.JAVA_LONG, i, name.address());
        }
        return names;
    }

    private MemorySegment pointers(int count) {
        return arena.allocate(Math.max(1, count) * POINTER, POINTER);
    }

    private long cpuMemory() throws EngineException {
        long deviceAllocator = 0;
        long defaultMemory = 0;
        call(OrtFunctions.CREATE_CPU_MEMORY_INFO, deviceAllocator, defaultMemory, out.address());
        return out.get(ValueLayout.JAVA_LONG, 0);
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
    public List<Tensor> run(List<Tensor> tensors) throws EngineException {
        release(outputs);
        try {
            hand(tensors);
            OrtFunctions.run(
                    session.handle(),
                    inputNames.address(),
                    inputs.address(),
                    tensors.size(),
                    outputNames.address(),
                    signature.outputs().size(),
                    outputs.address());
        } finally {
            release(inputs);
            Reference.reachabilityFence(tensors);
        }
        return results();
    }

    private void hand(List<Tensor> tensors) throws EngineException {
        if (tensors.size() != signature.inputs().size()) {
            throw new EngineException("inputs: " + tensors.size() + " (expected: "
                    + signature.inputs().size() + ")");
        }
        long[] misplaced = new long[tensors.size()];
        for (int i = 0; i < misplaced.length; i++) {
            misplaced[i] = inPlace(tensors.get(i)) ? 0 : tensors.get(i).data().remaining();
        }
        copies.begin(misplaced);
        for (int i = 0; i < misplaced.length; i++) {
            long value = handed(tensors.get(i), misplaced[i] > 0);
            inputs.setAtIndex(ValueLayout.JAVA_LONG, i, value);
        }
    }

    /** Whether the engine can read it there: kernels are compiled for elements at multiples of their size. */
    private static boolean inPlace(Tensor tensor) {
        if (tensor.type() == DataType.BYTES) {
            return true; // copied element by element in any case
        }
        ByteBuffer data = tensor.data();
        return data.isDirect()
                && MemorySegment.ofBuffer(data).address() % tensor.type().size() == 0;
    }

    private long handed(Tensor tensor, boolean copied) throws EngineException {
        int rank = write(tensor.shape());
        if (tensor.type() == DataType.BYTES) {
            return strings.create(tensor, dimensions, rank);
        }
        ByteBuffer data = tensor.data();
        if (copied) {
            data = copies.take(data.remaining()).put(data.duplicate()).flip();
        }
        MemorySegment memory = MemorySegment.ofBuffer(data);
        OrtFunctions.tensorOver(
                memoryInfo,
                memory.isNative() ? memory.address() : out.address(), // an empty one on the heap has no address
                memory.byteSize(),
                dimensions.address(),
                rank,
                ElementType.codeOf(tensor.type()),
                out.address());
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    private int write(Shape shape) throws EngineException {
        int rank = shape.rank();
        if (rank > Shape.MAX_RANK) {
            throw new EngineException("shape: " + shape + " (expected: at most " + Shape.MAX_RANK + " dimensions)");
        }
        for (int i = 0; i < rank; i++) {
            dimensions.setAtIndex(ValueLayout.JAVA_LONG, i, shape.dimensions().get(i));
        }
        return rank;
    }

    private List<Tensor> results() throws EngineException {
        List<TensorSpec> specs = signature.outputs();
        List<Tensor> results = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            results.add(result(specs.get(i), outputs.getAtIndex(ValueLayout.JAVA_LONG, i)));
        }
        return results;
    }

    private Tensor result(TensorSpec spec, long value) throws EngineException {
        Shape shape = shapeOf(spec, value);
        if (spec.type() == DataType.BYTES) {
            return new Tensor(spec.name(), spec.type(), shape, strings.read(value, shape.elements()));
        }
        call(OrtFunctions.GET_TENSOR_MUTABLE_DATA, value, out.address());
        long bytes = shape.elements() * spec.type().size();
        if (bytes > Integer.MAX_VALUE) {
            throw new EngineException("output " + spec.name() + ": the engine gave shape " + shape + ", " + bytes
                    + " bytes (expected: at most " + Integer.MAX_VALUE + ")");
        }
        return new Tensor(spec.name(), spec.type(), shape, view(out.get(ValueLayout.JAVA_LONG, 0), bytes));
    }

    @SuppressWarnings("restricted") // the process runs with --enable-native-access in any case
    private static ByteBuffer view(long address, long bytes) {
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private Shape shapeOf(TensorSpec spec, long value) throws EngineException {
        call(OrtFunctions.GET_TENSOR_TYPE_AND_SHAPE, value, out.address());
        long info = out.get(ValueLayout.JAVA_LONG, 0);
        try {
            call(OrtFunctions.GET_DIMENSIONS_COUNT, info, out.address());
            int rank = Math.toIntExact(out.get(ValueLayout.JAVA_LONG, 0));
            if (rank > Shape.MAX_RANK) {
                throw new EngineException("output " + spec.name() + ": the engine gave " + rank
                        + " dimensions (expected: at most " + Shape.MAX_RANK + ")");
            }
            call(OrtFunctions.GET_DIMENSIONS, info, dimensions.address(), rank);
            long[] shape = new long[rank];
            for (int i = 0; i < rank; i++) {
                shape[i] = dimensions.getAtIndex(ValueLayout.JAVA_LONG, i);
            }
            return Shape.of(shape);
        } finally {
            OrtFunctions.release(OrtFunctions.RELEASE_TENSOR_TYPE_AND_SHAPE_INFO, info);
        }
    }

    /** Releases the values of these pointers and nulls them: those that a failed run left out are null already. */
    private static void release(MemorySegment pointers) {
        for (long i = 0; i < pointers.byteSize() / POINTER; i++) {
            long value = pointers.getAtIndex(ValueLayout.JAVA_LONG, i);
            if (value != 0) {
                OrtFunctions.release(OrtFunctions.RELEASE_VALUE, value);
                pointers.setAtIndex(ValueLayout.JAVA_LONG, i, 0);
            }
        }
    }

    @Override
    public void close() {
        release(outputs);
        OrtFunctions.release(OrtFunctions.RELEASE_MEMORY_INFO, memoryInfo);
        session.close();
        copies.close();
        arena.close();
    }
}
