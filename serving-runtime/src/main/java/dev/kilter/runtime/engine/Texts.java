package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@link dev.kilter.runtime.tensor.DataType#BYTES} tensors as UTF-8 texts. */
public final class Texts {

    private Texts() {}

    /** The elements, row-major; what is not UTF-8 is replaced by U+FFFD. */
    public static List<String> read(Tensor tensor) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<String> texts = new ArrayList<>();
        while (data.hasRemaining()) {
            byte[] bytes = new byte[data.getInt()];
            data.get(bytes);
            texts.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** Bytes of the longest element; 0 where there is none. */
    static int longest(Tensor tensor) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int longest = 0;
        while (data.hasRemaining()) {
            int length = data.getInt();
            data.position(data.position() + length);
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /** The elements, each with its length. */
    public static ByteBuffer write(List<String> texts) {
        List<byte[]> elements =
                texts.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
        int length = elements.stream().mapToInt(e -> Integer.BYTES + e.length).reduce(0, Math::addExact);
        ByteBuffer data = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        elements.forEach(e -> data.putInt(e.length).put(e));
        return data.flip();
    }
}
