package dev.kilter.runtime.engine.ort;

import static dev.kilter.runtime.engine.ort.OrtFunctions.call;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** String tensors: ONNX Runtime keeps them as C++ strings, so each element is copied in and out. Any bytes will do. */
@SuppressWarnings("restricted") // the process runs with --enable-native-access in any case
final class StringTensors {

    private final MemorySegment out;
    private final long allocator;

    /** @param arena lives as long as the model */
    StringTensors(Arena arena) throws EngineException {
        this.out = arena.allocate(ValueLayout.JAVA_LONG);
        call(OrtFunctions.GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out.address());
        this.allocator = out.get(ValueLayout.JAVA_LONG, 0);
    }

    /** A value that the caller releases. */
    long create(Tensor tensor, MemorySegment dimensions, int rank) throws EngineException {
        call(
                OrtFunctions.CREATE_TENSOR_AS_ORT_VALUE,
                allocator,
                dimensions.address(),
                rank,
                ElementType.codeOf(tensor.type()),
                out.address());
        long value = out.get(ValueLayout.JAVA_LONG, 0);
        try {
            fill(value, tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN));
            return value;
        } catch (EngineException | RuntimeException e) {
            OrtFunctions.release(OrtFunctions.RELEASE_VALUE, value);
            throw e;
        }
    }

    private void fill(long value, ByteBuffer data) throws EngineException {
        for (long element = 0; data.hasRemaining(); element++) {
            int length = data.getInt();
            call(OrtFunctions.GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER, value, element, length, out.address());
            MemorySegment text =
                    MemorySegment.ofAddress(out.get(ValueLayout.JAVA_LONG, 0)).reinterpret(length);
            text.copyFrom(MemorySegment.ofBuffer(data.slice(data.position(), length)));
            data.position(data.position() + length);
        }
    }

    /** The elements, each with its length. */
    ByteBuffer read(long value, long elements) throws EngineException {
        call(OrtFunctions.GET_STRING_TENSOR_DATA_LENGTH, value, out.address());
        long bytes = out.get(ValueLayout.JAVA_LONG, 0);
        long encoded = Math.addExact(bytes, Math.multiplyExact(elements, (long) Integer.BYTES));
        if (encoded > Integer.MAX_VALUE) {
            throw new EngineException("strings: " + encoded + " bytes (expected: at most " + Integer.MAX_VALUE + ")");
        }
        ByteBuffer data = ByteBuffer.allocate((int) encoded).order(ByteOrder.LITTLE_ENDIAN);
        if (elements == 0) {
            return data;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment texts = arena.allocate(Math.max(1, bytes));
            MemorySegment starts = arena.allocate(ValueLayout.JAVA_LONG, elements);
            call(OrtFunctions.GET_STRING_TENSOR_CONTENT, value, texts.address(), bytes, starts.address(), elements);
            ByteBuffer all = texts.asByteBuffer();
            for (long i = 0; i < elements; i++) {
                int start = (int) starts.getAtIndex(ValueLayout.JAVA_LONG, i);
                int end = i + 1 < elements ? (int) starts.getAtIndex(ValueLayout.JAVA_LONG, i + 1) : (int) bytes;
                data.putInt(end - start).put(all.slice(start, end - start));
            }
        }
        return data.flip();
    }
}
