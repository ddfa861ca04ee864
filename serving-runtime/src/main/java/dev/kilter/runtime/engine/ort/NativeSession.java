package dev.kilter.runtime.engine.ort;

import static dev.kilter.runtime.engine.ort.OrtFunctions.call;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An {@code OrtSession} with what its model takes and gives. The file is read once. */
final class NativeSession implements AutoCloseable {

    private static final int ONNX_TYPE_TENSOR = 1;
    private static final int LOG_WARNINGS = 2;

    /** The process's one environment; never released, as sessions may outlive whoever made it. */
    private static final class Environment {
        static final long HANDLE = create();

        private static long create() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
                call(
                        OrtFunctions.CREATE_ENV,
                        LOG_WARNINGS,
                        arena.allocateFrom("kilter").address(),
                        out.address());
                return out.get(ValueLayout.JAVA_LONG, 0);
            } catch (EngineException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final long handle;
    private final Signature signature;

    private NativeSession(long handle, Signature signature) {
        this.handle = handle;
        this.signature = signature;
    }

    /** Makes the environment, and with it what every call needs. */
    static void prepare() {
        long environment = Environment.HANDLE;
        assert environment != 0;
    }

    static NativeSession open(Path file, EngineOptions options, SessionTuning tuning) throws EngineException {
        long environment = Environment.HANDLE;
        try (Arena arena = Arena.ofConfined();
                NativeSessionOptions session = NativeSessionOptions.of(options, tuning)) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            call(
                    OrtFunctions.CREATE_SESSION,
                    environment,
                    arena.allocateFrom(file.toString()).address(),
                    session.handle(),
                    out.address());
            long handle = out.get(ValueLayout.JAVA_LONG, 0);
            try {
                return new NativeSession(handle, signature(handle, arena));
            } catch (EngineException e) {
                OrtFunctions.release(OrtFunctions.RELEASE_SESSION, handle);
                throw e;
            }
        }
    }

    long handle() {
        return handle;
    }

    Signature signature() {
        return signature;
    }

    private static Signature signature(long session, Arena arena) throws EngineException {
        return new Signature(
                specs(
                        session,
                        arena,
                        OrtFunctions.SESSION_GET_INPUT_COUNT,
                        OrtFunctions.SESSION_GET_INPUT_NAME,
                        OrtFunctions.SESSION_GET_INPUT_TYPE_INFO),
                specs(
                        session,
                        arena,
                        OrtFunctions.SESSION_GET_OUTPUT_COUNT,
                        OrtFunctions.SESSION_GET_OUTPUT_NAME,
                        OrtFunctions.SESSION_GET_OUTPUT_TYPE_INFO));
    }

    private static List<TensorSpec> specs(
            long session, Arena arena, MemorySegment count, MemorySegment name, MemorySegment type)
            throws EngineException {
        MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
        call(count, session, out.address());
        long tensors = out.get(ValueLayout.JAVA_LONG, 0);
        List<TensorSpec> specs = new ArrayList<>();
        for (long i = 0; i < tensors; i++) {
            String named = name(session, arena, name, i);
            call(type, session, i, out.address());
            long info = out.get(ValueLayout.JAVA_LONG, 0);
            try {
                specs.add(spec(named, info, arena));
            } finally {
                OrtFunctions.release(OrtFunctions.RELEASE_TYPE_INFO, info);
            }
        }
        return specs;
    }

    private static String name(long session, Arena arena, MemorySegment name, long index) throws EngineException {
        MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
        call(OrtFunctions.GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out.address());
        long allocator = out.get(ValueLayout.JAVA_LONG, 0);
        call(name, session, index, allocator, out.address());
        long text = out.get(ValueLayout.JAVA_LONG, 0);
        String named = OrtFunctions.text(text);
        call(OrtFunctions.ALLOCATOR_FREE, allocator, text);
        return named;
    }

    private static TensorSpec spec(String name, long typeInfo, Arena arena) throws EngineException {
        MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
        call(OrtFunctions.GET_ONNX_TYPE_FROM_TYPE_INFO, typeInfo, out.address());
        int kind = out.get(ValueLayout.JAVA_INT, 0);
        if (kind != ONNX_TYPE_TENSOR) {
            throw new EngineException(name + ": ONNX type " + kind + " (expected: " + ONNX_TYPE_TENSOR
                    + ", a tensor; sequences, maps and optionals are not served)");
        }
        call(OrtFunctions.CAST_TYPE_INFO_TO_TENSOR_INFO, typeInfo, out.address());
        long info = out.get(ValueLayout.JAVA_LONG, 0);
        call(OrtFunctions.GET_TENSOR_ELEMENT_TYPE, info, out.address());
        DataType type = ElementType.typeOf(name, out.get(ValueLayout.JAVA_INT, 0));
        return new TensorSpec(name, type, shape(info, arena));
    }

    private static Shape shape(long info, Arena arena) throws EngineException {
        MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
        call(OrtFunctions.GET_DIMENSIONS_COUNT, info, out.address());
        long rank = out.get(ValueLayout.JAVA_LONG, 0);
        MemorySegment dimensions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, rank));
        call(OrtFunctions.GET_DIMENSIONS, info, dimensions.address(), rank);
        return Shape.of(dimensions.asSlice(0, rank * Long.BYTES).toArray(ValueLayout.JAVA_LONG));
    }

    @Override
    public void close() {
        OrtFunctions.release(OrtFunctions.RELEASE_SESSION, handle);
    }
}
