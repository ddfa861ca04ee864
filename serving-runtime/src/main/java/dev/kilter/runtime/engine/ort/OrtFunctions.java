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
 * half, in a register as on the stack of the 64-bit calling conventions. Whoever passes an address keeps its memory
 * reachable for the call. Nothing here is cheaper to call than it looks: a call takes some nanoseconds.
 */
@SuppressWarnings("restricted") // the process runs with --enable-native-access in any case
final class OrtFunctions {

    /** The oldest API version that has every function below. */
    private static final int VERSION = 15;

    private static final int GET_API = 0;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemorySegment TABLE = table();

    private static final MethodHandle GET_ERROR_MESSAGE = returning(ValueLayout.JAVA_LONG, 2, 1);
    private static final MethodHandle RELEASE_STATUS = releasing(93);

    static final MethodHandle CREATE_ENV = function(3, 3);
    static final MethodHandle CREATE_SESSION = function(7, 4);
    static final MethodHandle RUN = function(9, 8);

    static final MethodHandle CREATE_SESSION_OPTIONS = function(10, 1);
    static final MethodHandle DISABLE_MEM_PATTERN = function(17, 1);
    static final MethodHandle DISABLE_CPU_MEM_ARENA = function(19, 1);
    static final MethodHandle SET_INTRA_OP_NUM_THREADS = function(24, 2);
    static final MethodHandle SET_INTER_OP_NUM_THREADS = function(25, 2);
    static final MethodHandle ADD_SESSION_CONFIG_ENTRY = function(130, 3);

    static final MethodHandle SESSION_GET_INPUT_COUNT = function(30, 2);
    static final MethodHandle SESSION_GET_OUTPUT_COUNT = function(31, 2);
    static final MethodHandle SESSION_GET_INPUT_TYPE_INFO = function(33, 3);
    static final MethodHandle SESSION_GET_OUTPUT_TYPE_INFO = function(34, 3);
    static final MethodHandle SESSION_GET_INPUT_NAME = function(36, 4);
    static final MethodHandle SESSION_GET_OUTPUT_NAME = function(37, 4);
    static final MethodHandle GET_ONNX_TYPE_FROM_TYPE_INFO = function(56, 2);
    static final MethodHandle CAST_TYPE_INFO_TO_TENSOR_INFO = function(55, 2);

    static final MethodHandle CREATE_TENSOR_AS_ORT_VALUE = function(48, 5);
    static final MethodHandle CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE = function(49, 7);
    static final MethodHandle GET_TENSOR_MUTABLE_DATA = function(51, 2);
    static final MethodHandle GET_STRING_TENSOR_DATA_LENGTH = function(53, 2);
    static final MethodHandle GET_STRING_TENSOR_CONTENT = function(54, 5);
    static final MethodHandle GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER = function(252, 4);
    static final MethodHandle GET_TENSOR_ELEMENT_TYPE = function(60, 2);
    static final MethodHandle GET_DIMENSIONS_COUNT = function(61, 2);
    static final MethodHandle GET_DIMENSIONS = function(62, 3);
    static final MethodHandle GET_TENSOR_TYPE_AND_SHAPE = function(65, 2);

    static final MethodHandle CREATE_CPU_MEMORY_INFO = function(69, 3);
    static final MethodHandle ALLOCATOR_FREE = function(76, 2);
    static final MethodHandle GET_ALLOCATOR_WITH_DEFAULT_OPTIONS = function(78, 1);

    static final MethodHandle APPEND_TENSORRT = function(170, 2);
    static final MethodHandle CREATE_TENSORRT_OPTIONS = function(171, 1);
    static final MethodHandle RELEASE_TENSORRT_OPTIONS = releasing(174);
    static final MethodHandle APPEND_CUDA = function(204, 2);
    static final MethodHandle CREATE_CUDA_OPTIONS = function(205, 1);
    static final MethodHandle RELEASE_CUDA_OPTIONS = releasing(208);

    static final MethodHandle RELEASE_MEMORY_INFO = releasing(94);
    static final MethodHandle RELEASE_SESSION = releasing(95);
    static final MethodHandle RELEASE_VALUE = releasing(96);
    static final MethodHandle RELEASE_TYPE_INFO = releasing(98);
    static final MethodHandle RELEASE_TENSOR_TYPE_AND_SHAPE_INFO = releasing(99);
    static final MethodHandle RELEASE_SESSION_OPTIONS = releasing(100);

    private OrtFunctions() {}

    private static MemorySegment table() {
        OrtEnvironment.getAvailableProviders(); // unpacks and loads the native library, and makes no environment
        MemorySegment getBase = SymbolLookup.loaderLookup().findOrThrow("OrtGetApiBase");
        try {
            MethodHandle base = LINKER.downcallHandle(getBase, FunctionDescriptor.of(ValueLayout.ADDRESS));
            MemorySegment functions =
                    ((MemorySegment) base.invokeExact()).reinterpret(2 * ValueLayout.ADDRESS.byteSize());
            MethodHandle getApi = LINKER.downcallHandle(
                    functions.getAtIndex(ValueLayout.ADDRESS, GET_API),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            MemorySegment table = (MemorySegment) getApi.invokeExact(VERSION);
            if (table.address() == 0) {
                throw new IllegalStateException("this ONNX Runtime has no C API of version " + VERSION);
            }
            return table.reinterpret(Long.MAX_VALUE);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** A function that returns a status. */
    private static MethodHandle function(int place, int arguments) {
        return returning(ValueLayout.JAVA_LONG, place, arguments);
    }

    private static MethodHandle returning(MemoryLayout result, int place, int arguments) {
        MemoryLayout[] longs =
                Collections.nCopies(arguments, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
        return LINKER.downcallHandle(address(place), FunctionDescriptor.of(result, longs));
    }

    private static MethodHandle releasing(int place) {
        return LINKER.downcallHandle(address(place), FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    }

    private static MemorySegment address(int place) {
        return TABLE.getAtIndex(ValueLayout.ADDRESS, place);
    }

    static void call(MethodHandle function, long a) throws EngineException {
        long status;
        try {
            status = (long) function.invokeExact(a);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
    }

    static void call(MethodHandle function, long a, long b) throws EngineException {
        long status;
        try {
            status = (long) function.invokeExact(a, b);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
    }

    static void call(MethodHandle function, long a, long b, long c) throws EngineException {
        long status;
        try {
            status = (long) function.invokeExact(a, b, c);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
    }

    static void call(MethodHandle function, long a, long b, long c, long d) throws EngineException {
        long status;
        try {
            status = (long) function.invokeExact(a, b, c, d);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
    }

    static void call(MethodHandle function, long a, long b, long c, long d, long e) throws EngineException {
        long status;
        try {
            status = (long) function.invokeExact(a, b, c, d, e);
        } catch (Throwable failure) {
            throw unchecked(failure);
        }
        check(status);
    }

    /** A tensor over memory of ours, which has to outlive it. */
    static void tensorOver(long memoryInfo, long data, long bytes, long shape, long rank, long type, long out)
            throws EngineException {
        long status;
        try {
            status = (long)
                    CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE.invokeExact(memoryInfo, data, bytes, shape, rank, type, out);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
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
        long status;
        try {
            long noOptions = 0;
            status = (long) RUN.invokeExact(
                    session, noOptions, inputNames, inputs, inputCount, outputNames, outputCount, outputs);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        check(status);
    }

    static void release(MethodHandle function, long pointer) {
        try {
            function.invokeExact(pointer);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static void check(long status) throws EngineException {
        if (status == 0) {
            return;
        }
        String message;
        try {
            message = text((long) GET_ERROR_MESSAGE.invokeExact(status));
        } catch (Throwable e) {
            throw unchecked(e);
        }
        release(RELEASE_STATUS, status);
        throw new EngineException("ONNX Runtime: " + message);
    }

    /** The C string at that address. */
    static String text(long address) {
        return MemorySegment.ofAddress(address).reinterpret(Integer.MAX_VALUE).getString(0);
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
