package dev.kilter.cli.load.request;

import dev.kilter.runtime.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What made-up inputs hold. Speed is what they are good for, not answers. BYTES are short sentences in either case. */
public enum Filling {
    ZEROS,
    /** Uniform in [0, 1) for floating point, 0 or 1 for whole numbers: within every vocabulary and every range. */
    RANDOM;

    /** More different requests than a processor's cache or a server's answer cache makes one of. */
    private static final int DIFFERENT = 16;

    private static final long LARGEST_BYTES = 256L << 20;

    private static final List<String> SENTENCES = List.of(
            "The train to the coast leaves at noon.",
            "How do I change the address on my account?",
            "A light rain fell while we waited for the ferry.",
            "Please send the invoice again, the first one never arrived.",
            "She has played the cello since she was seven.",
            "What is the fee for a transfer abroad?",
            "The recipe asks for two eggs and a pinch of salt.",
            "My card was declined although there is money on it.");

    /**
     * Inputs for some different requests.
     *
     * @param batch what a variable first dimension becomes; other variable ones become 1
     * @param shapes by input name, instead of the signature's
     */
    List<List<InputTensor>> inputs(Signature signature, long batch, Map<String, List<Long>> shapes) {
        SplittableRandom random = new SplittableRandom(1);
        boolean texts = signature.inputs().stream().anyMatch(input -> input.datatype() == DataType.BYTES);
        List<List<InputTensor>> requests = new ArrayList<>();
        for (int i = 0; i < (this == RANDOM ? DIFFERENT : texts ? SENTENCES.size() : 1); i++) {
            List<InputTensor> inputs = new ArrayList<>();
            for (Signature.Input input : signature.inputs()) {
                List<Long> shape = shapes.getOrDefault(input.name(), shape(input, batch));
                inputs.add(new InputTensor(input.name(), input.datatype(), shape, raw(input, shape, i, random)));
            }
            requests.add(inputs);
        }
        return requests;
    }

    private static List<Long> shape(Signature.Input input, long batch) {
        List<Long> shape = new ArrayList<>();
        for (long dimension : input.shape()) {
            shape.add(dimension >= 0 ? dimension : shape.isEmpty() ? batch : 1);
        }
        return shape;
    }

    private byte[] raw(Signature.Input input, List<Long> shape, int request, SplittableRandom random) {
        long elements = InputTensor.elements(shape);
        if (elements * Math.max(1, input.datatype().size()) > LARGEST_BYTES) {
            throw new IllegalArgumentException("shape of input " + input.name() + ": " + shape + " (expected: at most "
                    + (LARGEST_BYTES >> 20) + " MiB)");
        }
        if (input.datatype() == DataType.BYTES) {
            return sentences((int) elements, request);
        }
        int size = input.datatype().size();
        byte[] bytes = new byte[(int) elements * size];
        ByteBuffer raw = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (this == RANDOM) {
            for (int i = 0; i < elements; i++) {
                put(raw, i * size, input.datatype(), random);
            }
        }
        return bytes;
    }

    private static void put(ByteBuffer raw, int at, DataType datatype, SplittableRandom random) {
        switch (datatype) {
            case FP32 -> raw.putFloat(at, (float) random.nextDouble());
            case FP64 -> raw.putDouble(at, random.nextDouble());
            case FP16 -> raw.putShort(at, Float.floatToFloat16((float) random.nextDouble()));
            case BF16 -> raw.putShort(at, (short) (Float.floatToIntBits((float) random.nextDouble()) >>> 16));
            case BOOL, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 ->
                raw.put(at, (byte) random.nextInt(2));
            case BYTES -> throw new IllegalStateException("texts are not numbers");
        }
    }

    private static byte[] sentences(int count, int request) {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(SENTENCES.get((request + i) % SENTENCES.size()).getBytes(StandardCharsets.UTF_8));
        }
        return Elements.ofTexts(texts);
    }
}
