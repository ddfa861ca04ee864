package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tensors made up from a signature, for warm-up, rehearsal and profiling: zeros, ones for integers (token ids and
 * masks), a sentence of sixteen tokens or so for text. A free dimension other than the batch is taken as
 * {@value #FREE_DIMENSION}.
 */
public final class SampleInputs {

    /**
     * What text inputs hold. Who compares a profile with what requests take must send the same: time goes by length.
     */
    public static final String TEXT = "A short sentence as people write them, to see how long one of these takes.";

    private static final int FREE_DIMENSION = 16;
    private static final byte[] SENTENCE = TEXT.getBytes(StandardCharsets.UTF_8);

    private SampleInputs() {}

    /** One input for each of the signature's, in its order; {@code items} as dimension 0 where that is the batch. */
    public static List<Tensor> of(Signature signature, int items) {
        return like(signature.inputs(), signature.batchable() ? items : FREE_DIMENSION);
    }

    /** What a model might answer to such inputs: one for each output, in its order. */
    public static List<Tensor> answer(Signature signature, int items) {
        return like(signature.outputs(), signature.batchable() ? items : FREE_DIMENSION);
    }

    private static List<Tensor> like(List<TensorSpec> specs, int first) {
        return specs.stream().map(spec -> sample(spec, first)).toList();
    }

    /** Whether nothing but the batch had to be guessed. */
    public static boolean certain(Signature signature) {
        return signature.batchable()
                && signature.inputs().stream()
                        .allMatch(spec -> !spec.shape()
                                .dimensions()
                                .subList(1, spec.shape().rank())
                                .contains(-1L));
    }

    private static Tensor sample(TensorSpec spec, int first) {
        long[] dimensions = spec.shape().toArray();
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = dimensions[i] != -1 ? dimensions[i] : i == 0 ? first : FREE_DIMENSION;
        }
        Shape shape = Shape.of(dimensions);
        int elements = Math.toIntExact(shape.elements());
        return new Tensor(spec.name(), spec.type(), shape, data(spec.type(), elements));
    }

    private static ByteBuffer data(DataType type, int elements) {
        int size = type == DataType.BYTES ? Integer.BYTES + SENTENCE.length : type.size();
        ByteBuffer data =
                ByteBuffer.allocateDirect(Math.multiplyExact(elements, size)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            switch (type) {
                case BYTES -> data.putInt(SENTENCE.length).put(SENTENCE);
                case INT64 -> data.putLong(1);
                case INT32 -> data.putInt(1);
                case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, FP16, BF16, FP32, FP64 ->
                    data.position(data.position() + size);
            }
        }
        return data.flip();
    }
}
