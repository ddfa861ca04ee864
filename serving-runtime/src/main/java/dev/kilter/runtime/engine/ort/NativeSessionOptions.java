package dev.kilter.runtime.engine.ort;

import static dev.kilter.runtime.engine.ort.OrtFunctions.call;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code OrtSessionOptions}. */
final class NativeSessionOptions implements AutoCloseable {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
    private final long handle;

    private NativeSessionOptions() throws EngineException {
        this.handle = created(OrtFunctions.CREATE_SESSION_OPTIONS);
    }

    static NativeSessionOptions of(EngineOptions options, SessionTuning tuning) throws EngineException {
        NativeSessionOptions session = new NativeSessionOptions();
        try {
            session.tune(options, tuning);
            session.provide(options.provider());
            return session;
        } catch (EngineException e) {
            session.close();
            throw e;
        }
    }

    long handle() {
        return handle;
    }

    private void tune(EngineOptions options, SessionTuning tuning) throws EngineException {
        call(OrtFunctions.SET_INTRA_OP_NUM_THREADS, handle, options.threads());
        // One operator after another; the parallel mode is for graphs with many branches.
        call(OrtFunctions.SET_INTER_OP_NUM_THREADS, handle, 1);
        config("session.intra_op.allow_spinning", tuning.spinning());
        config("session.set_denormal_as_zero", tuning.denormalAsZero());
        if (!tuning.arena()) {
            call(OrtFunctions.DISABLE_CPU_MEM_ARENA, handle);
        }
        if (!tuning.memoryPattern()) {
            call(OrtFunctions.DISABLE_MEM_PATTERN, handle);
        }
    }

    private void config(String key, boolean on) throws EngineException {
        long name = arena.allocateFrom(key).address();
        long value = arena.allocateFrom(on ? "1" : "0").address();
        call(OrtFunctions.ADD_SESSION_CONFIG_ENTRY, handle, name, value);
    }

    private void provide(String provider) throws EngineException {
        switch (provider) {
            case "CPU" -> {} // always there, as the last resort of the others too
            case "CUDA" -> cuda();
            case "TensorRT" -> {
                unpack(provider, options -> options.addTensorrt(0));
                append(
                        OrtFunctions.CREATE_TENSORRT_OPTIONS,
                        OrtFunctions.APPEND_TENSORRT,
                        OrtFunctions.RELEASE_TENSORRT_OPTIONS);
                cuda(); // for what TensorRT does not take
            }
            default -> throw new EngineException("provider: " + provider + " (expected: CPU, CUDA or TensorRT)");
        }
    }

    private void cuda() throws EngineException {
        unpack("CUDA", options -> options.addCUDA(0));
        append(OrtFunctions.CREATE_CUDA_OPTIONS, OrtFunctions.APPEND_CUDA, OrtFunctions.RELEASE_CUDA_OPTIONS);
    }

    /** Device 0 is the container's first; the defaults of the provider's own options hold. */
    private void append(MemorySegment create, MemorySegment append, MemorySegment release) throws EngineException {
        long options = created(create);
        try {
            call(append, handle, options);
        } finally {
            OrtFunctions.release(release, options);
        }
    }

    private long created(MemorySegment create) throws EngineException {
        call(create, out.address());
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Asks ONNX Runtime's Java API for a provider. */
    private interface Asked {
        void of(OrtSession.SessionOptions options) throws OrtException;
    }

    /** Lets the Java API bring the provider's library from the class path to where ONNX Runtime looks for it. */
    private static void unpack(String provider, Asked asked) throws EngineException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            asked.of(options);
        } catch (OrtException e) {
            throw new EngineException(
                    "provider: " + provider + " is not to be had: " + e.getMessage()
                            + "; it needs an image with ONNX Runtime for GPUs, and a GPU",
                    e);
        }
    }

    @Override
    public void close() {
        OrtFunctions.release(OrtFunctions.RELEASE_SESSION_OPTIONS, handle);
        arena.close();
    }
}
