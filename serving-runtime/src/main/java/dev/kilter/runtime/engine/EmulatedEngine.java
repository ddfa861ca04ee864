package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Answers after the time that a recorded service curve tells, for tests of what depends on time alone: scaling,
 * placement, batching. It computes nothing and says nothing about real speed, so it calls itself emulated everywhere.
 *
 * <p>For {@code tensor} it echoes FP32 {@code input} [-1,-1] as {@code output}; for {@code text-embedding} it answers
 * zero vectors of length {@value #EMBEDDING_LENGTH}.
 */
public final class EmulatedEngine implements Engine {

    /** What it calls its platform. */
    public static final String PLATFORM = "emulated";

    /** What it calls its provider. */
    public static final String PROVIDER = "Emulated";

    private static final int EMBEDDING_LENGTH = 8;
    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, -1))),
            List.of(new TensorSpec("output", DataType.FP32, Shape.of(-1, -1))));
    private static final Signature EMBEDDING = new Signature(
            List.of(TextEmbedding.TEXT),
            List.of(new TensorSpec(TextEmbedding.OUTPUT, DataType.FP32, Shape.of(-1, EMBEDDING_LENGTH))));

    private final Signature signature;
    private final RandomGenerator random;

    /** @param embedding whether models have the face of {@code text-embedding} */
    public EmulatedEngine(boolean embedding, RandomGenerator random) {
        this.signature = embedding ? EMBEDDING : ECHO;
        this.random = random;
    }

    @Override
    public LoadedModel load(ModelFile file, EngineOptions options) throws EngineException {
        EmulatedCurve curve;
        try {
            curve = EmulatedCurve.parse(file.uri());
        } catch (IllegalArgumentException e) {
            throw new EngineException(e.getMessage(), e);
        }
        pause(curve.ready());
        return new Emulated(signature, curve, random);
    }

    private static void pause(Duration time) throws EngineException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while emulating " + time.toMillis() + " ms of work", e);
        }
    }

    private record Emulated(Signature signature, EmulatedCurve curve, RandomGenerator random) implements LoadedModel {
        @Override
        public String platform() {
            return PLATFORM;
        }

        @Override
        public String provider() {
            return PROVIDER;
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            Tensor input = inputs.getFirst();
            int items = Math.toIntExact(input.shape().dimensions().getFirst());
            double factor = Math.max(0, 1 + curve.jitter() * random.nextGaussian());
            pause(Duration.ofNanos(Math.round(curve.time(items).toNanos() * factor)));
            TensorSpec output = signature.outputs().getFirst();
            return List.of(
                    output.shape().dimensions().getLast() == -1
                            ? new Tensor(output.name(), output.type(), input.shape(), input.data())
                            : new Tensor(
                                    output.name(),
                                    output.type(),
                                    Shape.of(items, EMBEDDING_LENGTH),
                                    ByteBuffer.allocate(items * EMBEDDING_LENGTH * Float.BYTES)
                                            .order(ByteOrder.LITTLE_ENDIAN)));
        }

        @Override
        public void close() {}
    }
}
