package dev.kilter.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.kilter.runtime.engine.EngineException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * The functions of ONNX Runtime's C API ({@code onnxruntime_c_api.h}) that Kilter calls, by their place in
 * {@code struct OrtApi}: places never change once they are released, so one table fits every version from
 * {@value #VERSION} on.
 *
 * <p>Every argument travels as a 64-bit integer: pointers and sizes are, and of a narrower one the callee reads the low
 * half, in a register as on the stack of the 64-bit calling conventions. In all of these the caller clears the stack,
 * so a function that takes fewer arguments than it is given leaves the others alone. That makes one shape of all
 * functions: the JVM generates some fifteen classes for each shape, at every start. Whoever passes an address keeps its
 * memory reachable for the call. Nothing here is cheaper to call than it looks: a call takes some nanoseconds.
 */
@SuppressWarnings("restricted") // the process runs with --enable-native-access in any case
final class OrtFunctions {

    /** The oldest API version that has every function below. */
    private static final int VERSION = 15;

    private static final int GET_API = 0;

    /** Any function, by its address, with up to eight arguments. */
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    Collections.nCopies(8, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new)));

    private static final MemorySegment TABLE = table();

    private static final MemorySegment GET_ERROR_MESSAGE = function(2);
    private static final MemorySegment RELEASE_STATUS = function(93);

    static final MemorySegment CREATE_ENV = function(3);
    static final MemorySegment CREATE_SESSION = function(7);
    static final MemorySegment RUN = function(9);

    static final MemorySegment CREATE_SESSION_OPTIONS = function(10);
    static final MemorySegment DISABLE_MEM_PATTERN = function(17);
    static final MemorySegment DISABLE_CPU_MEM_ARENA = function(19);
    static final MemorySegment SET_INTRA_OP_NUM_THREADS = function(24);
    static final MemorySegment SET_INTER_OP_NUM_THREADS = function(25);
    static final MemorySegment ADD_SESSION_CONFIG_ENTRY = function(130);

    static final MemorySegment SESSION_GET_INPUT_COUNT = function(30);
    static final MemorySegment SESSION_GET_OUTPUT_COUNT = function(31);
    static final MemorySegment SESSION_GET_INPUT_TYPE_INFO = function(33);
    static final MemorySegment SESSION_GET_OUTPUT_TYPE_INFO = function(34);
    static final MemorySegment SESSION_GET_INPUT_NAME = function(36);
    static final MemorySegment SESSION_GET_OUTPUT_NAME = function(37);
    static final MemorySegment GET_ONNX_TYPE_FROM_TYPE_INFO = function(56);
    static final MemorySegment CAST_TYPE_INFO_TO_TENSOR_INFO = function(55);

    static final MemorySegment CREATE_TENSOR_AS_ORT_VALUE = function(48);
    static final MemorySegment CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE = function(49);
    static final MemorySegment GET_TENSOR_MUTABLE_DATA = function(51);
    static final MemorySegment GET_STRING_TENSOR_DATA_LENGTH = function(53);
    static final MemorySegment GET_STRING_TENSOR_CONTENT = function(54);
    static final MemorySegment GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER = function(252);
    static final MemorySegment GET_TENSOR_ELEMENT_TYPE = function(60);
    static final MemorySegment GET_DIMENSIONS_COUNT = function(61);
    static final MemorySegment GET_DIMENSIONS = function(62);
    static final MemorySegment GET_TENSOR_TYPE_AND_SHAPE = function(65);

    static final MemorySegment CREATE_CPU_MEMORY_INFO = function(69);
    static final MemorySegment ALLOCATOR_FREE = function(76);
    static final MemorySegment GET_ALLOCATOR_WITH_DEFAULT_OPTIONS = function(78);

    static final MemorySegment APPEND_TENSORRT = function(170);
    static final MemorySegment CREATE_TENSORRT_OPTIONS = function(171);
    static final MemorySegment RELEASE_TENSORRT_OPTIONS = function(174);
    static final MemorySegment APPEND_CUDA = function(204);
    static final MemorySegment CREATE_CUDA_OPTIONS = function(205);
    static final MemorySegment RELEASE_CUDA_OPTIONS = function(208);

    static final MemorySegment RELEASE_MEMORY_INFO = function(94);
    static final MemorySegment RELEASE_SESSION = function(95);
    static final MemorySegment RELEASE_VALUE = function(96);
    static final MemorySegment RELEASE_TYPE_INFO = function(98);
    static final MemorySegment RELEASE_TENSOR_TYPE_AND_SHAPE_INFO = function(99);
    static final MemorySegment RELEASE_SESSION_OPTIONS = function(100);

    private OrtFunctions() {}

    private static MemorySegment table() {
        OrtEnvironment.getAvailableProviders(); // unpacks and loads the native library, and makes no environment
        MemorySegment getBase = SymbolLookup.loaderLookup().findOrThrow("OrtGetApiBase");
        MemorySegment base = MemorySegment.ofAddress(invoke(getBase, 0, 0, 0, 0, 0, 0, 0, 0))
                .reinterpret(2 * ValueLayout.ADDRESS.byteSize());
        long table = invoke(base.getAtIndex(ValueLayout.ADDRESS, GET_API), VERSION, 0, 0, 0, 0, 0, 0, 0);
        if (table == 0) {
            throw new IllegalStateException("this ONNX Runtime has no C API of version " + VERSION);
        }
        return MemorySegment.ofAddress(table).reinterpret(Long.MAX_VALUE);
    }

    private static MemorySegment function(int place) {
        return TABLE.getAtIndex(ValueLayout.ADDRESS, place);
    }

    private static long invoke(MemorySegment function, long a, long b, long c, long d, long e, long f, long g, long h) {
        try {
            return (long) CALL.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    static void call(MemorySegment function, long a) throws EngineException {
        check(invoke(function, a, 0, 0, 0, 0, 0, 0, 0));
    }

    static void call(MemorySegment function, long a, long b) throws EngineException {
        check(invoke(function, a, b, 0, 0, 0, 0, 0, 0));
    }

    static void call(MemorySegment function, long a, long b, long c) throws EngineException {
        check(invoke(function, a, b, c, 0, 0, 0, 0, 0));
    }

    static void call(MemorySegment function, long a, long b, long c, long d) throws EngineException {
        check(invoke(function, a, b, c, d, 0, 0, 0, 0));
    }

    static void call(MemorySegment function, long a, long b, long c, long d, long e) throws EngineException {
        check(invoke(function, a, b, c, d, e, 0, 0, 0));
    }

    /** A tensor over memory of ours, which has to outlive it. */
    static void tensorOver(long memoryInfo, long data, long bytes, long shape, long rank, long type, long out)
            throws EngineException {
        check(invoke(CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE, memoryInfo, data, bytes, shape, rank, type, out, 0));
    }

    /** Runs a session; blocks. Null outputs are filled with values that the caller releases. */
    static void run(
            long session,
            long inputNames,
            long inputs,
            long inputCount,
            long outputNames,
            long outputCount,
            long outputs)
            throws EngineException {
        long noOptions = 0;
        check(invoke(RUN, session, noOptions, inputNames, inputs, inputCount, outputNames, outputCount, outputs));
    }

    /** Calls a function that returns nothing. */
    static void release(MemorySegment function, long pointer) {
        invoke(function, pointer, 0, 0, 0, 0, 0, 0, 0);
    }

    private static void check(long status) throws EngineException {
        if (status == 0) {
            return;
        }
        String message = text(invoke(GET_ERROR_MESSAGE, status, 0, 0, 0, 0, 0, 0, 0));
        release(RELEASE_STATUS, status);
        throw new EngineException("ONNX Runtime: " + message);
    }

    /** The C string at that address. */
    static String text(long address) {
        return MemorySegment.ofAddress(address).reinterpret(Integer.MAX_VALUE).getString(0);
    }
}
