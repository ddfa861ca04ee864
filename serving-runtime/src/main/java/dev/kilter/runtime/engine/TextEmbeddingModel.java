package dev.kilter.runtime.engine;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Scratch;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A text encoder with the face of {@code text-embedding}: texts → tokens, padded to the batch's longest → encoder →
 * pooling → one vector for each text. Tokenising runs on the engine thread: for short texts it is a small part of the
 * time, and the batch is known there.
 */
public final class TextEmbeddingModel implements LoadedModel {

    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids");

    /** What a token stands for, about, in languages that are written in Latin letters. */
    private static final int BYTES_OF_TOKEN = 4;

    /** Up to here texts are alike. */
    private static final int SHORT_BYTES = 64;

    /** How vectors are made. {@code maxTokens}: texts are cut there. */
    public record Settings(Pooling pooling, boolean normalize, int maxTokens) {}

    private final LoadedModel encoder;
    private final HuggingFaceTokenizer tokenizer;
    private final Settings settings;
    private final int vectors;
    private final Signature signature;
    private final Scratch tokenMemory = new Scratch();
    private final Scratch vectorMemory = new Scratch();

    /**
     * Takes the encoder over; it is closed with this model.
     *
     * @param tokenizerFile a {@code tokenizer.json}
     * @throws EngineException if the model is no text encoder, or the file no tokenizer
     */
    public TextEmbeddingModel(LoadedModel encoder, Path tokenizerFile, Settings settings) throws EngineException {
        this.encoder = encoder;
        this.settings = settings;
        this.vectors = vectorsOf(encoder.signature());
        TensorSpec output = encoder.signature().outputs().get(vectors);
        long dimension = output.shape().dimensions().getLast();
        this.signature = new Signature(
                List.of(TextEmbedding.TEXT),
                List.of(new TensorSpec(TextEmbedding.OUTPUT, DataType.FP32, Shape.of(-1, dimension))));
        this.tokenizer = Tokenizers.open(tokenizerFile, settings.maxTokens());
    }

    /** Which output holds the vectors: {@code last_hidden_state}, else the first FP32 one of rank 3, then of rank 2. */
    private static int vectorsOf(Signature signature) throws EngineException {
        for (TensorSpec input : signature.inputs()) {
            boolean integer = input.type() == DataType.INT64 || input.type() == DataType.INT32;
            if (!INPUTS.contains(input.name()) || !integer || input.shape().rank() != 2) {
                throw new EngineException("input " + input.name() + " " + input.type() + " " + input.shape()
                        + ": not a text encoder's (expected: some of " + INPUTS + " as INT64 [-1,-1]); "
                        + "serve it with task tensor");
            }
        }
        List<TensorSpec> outputs = signature.outputs();
        for (int rank = 3; rank >= 2; rank--) {
            for (int i = 0; i < outputs.size(); i++) {
                if (outputs.get(i).type() == DataType.FP32
                        && outputs.get(i).shape().rank() == rank) {
                    return i;
                }
            }
        }
        throw new EngineException("outputs " + outputs + ": not a text encoder's (expected: FP32 [-1,-1,D] or [-1,D])");
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public String platform() {
        return encoder.platform();
    }

    @Override
    public String provider() {
        return encoder.provider();
    }

    /**
     * How long its longest text is, in steps that double: a batch is padded to its longest, so short ones stay apart.
     */
    @Override
    public Object batchKey(List<Tensor> inputs) {
        int bytes = Math.min(Texts.longest(inputs.getFirst()), settings.maxTokens() * BYTES_OF_TOKEN);
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes, SHORT_BYTES) - 1);
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) throws EngineException {
        Encoding[] texts = tokenize(inputs.getFirst());
        return List.of(pool(encoder.run(tokens(texts)).get(vectors), texts));
    }

    private List<Tensor> tokens(Encoding[] texts) throws EngineException {
        List<TensorSpec> specs = encoder.signature().inputs();
        Shape shape = Shape.of(texts.length, texts[0].getIds().length);
        tokenMemory.begin(specs.stream()
                .mapToLong(spec -> shape.elements() * spec.type().size())
                .toArray());
        List<Tensor> tokens = new ArrayList<>(specs.size());
        for (TensorSpec spec : specs) {
            tokens.add(
                    switch (spec.name()) {
                        case "input_ids" -> tensor(spec, shape, texts, Encoding::getIds);
                        case "attention_mask" -> tensor(spec, shape, texts, Encoding::getAttentionMask);
                        default -> tensor(spec, shape, texts, Encoding::getTypeIds);
                    });
        }
        return tokens;
    }

    private Encoding[] tokenize(Tensor text) throws EngineException {
        try {
            return tokenizer.batchEncode(Texts.read(text));
        } catch (RuntimeException e) { // the native tokenizer tells its errors so
            throw new EngineException("tokenizer: " + e.getMessage(), e);
        }
    }

    private Tensor tensor(TensorSpec spec, Shape shape, Encoding[] texts, Function<Encoding, long[]> part) {
        ByteBuffer data =
                tokenMemory.take(Math.toIntExact(shape.elements() * spec.type().size()));
        for (Encoding text : texts) {
            for (long token : part.apply(text)) {
                if (spec.type() == DataType.INT64) {
                    data.putLong(token);
                } else {
                    data.putInt((int) token);
                }
            }
        }
        return new Tensor(spec.name(), spec.type(), shape, data.flip());
    }

    /** One vector for each text, read from where the encoder wrote. */
    private Tensor pool(Tensor output, Encoding[] texts) throws EngineException {
        Shape shape = output.shape();
        if (shape.dimensions().getFirst() != texts.length) {
            throw new EngineException("output " + output.name() + ": the engine gave shape " + shape
                    + " for a batch of " + texts.length + " (expected: " + texts.length + " as first dimension)");
        }
        boolean perToken = shape.rank() == 3;
        int dimension = Math.toIntExact(shape.dimensions().getLast());
        int length = perToken ? Math.toIntExact(shape.dimensions().get(1)) : 1;
        Pooling pooling = perToken ? settings.pooling() : Pooling.CLS;
        FloatBuffer encoded =
                output.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int bytes = Math.multiplyExact(texts.length, dimension * Float.BYTES);
        vectorMemory.begin(bytes);
        ByteBuffer pooled = vectorMemory.take(bytes);
        FloatBuffer vectorsOut = pooled.asFloatBuffer();
        float[] vector = new float[dimension];
        for (int i = 0; i < texts.length; i++) {
            Arrays.fill(vector, 0);
            FloatBuffer own = encoded.slice(i * length * dimension, length * dimension);
            pooling.pool(own, texts[i].getAttentionMask(), length, vector);
            if (settings.normalize()) {
                normalize(vector);
            }
            vectorsOut.put(vector);
        }
        return new Tensor(TextEmbedding.OUTPUT, DataType.FP32, Shape.of(texts.length, dimension), pooled);
    }

    private static void normalize(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double norm = Math.max(Math.sqrt(squares), 1e-12);
        for (int d = 0; d < vector.length; d++) {
            vector[d] = (float) (vector[d] / norm);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        encoder.close();
        tokenMemory.close();
        vectorMemory.close();
    }
}
