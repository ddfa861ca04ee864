package dev.kilter.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.kilter.runtime.engine.djl.DjlEngine;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real all-MiniLM-L6-v2 (INT8) through an engine, held against ONNX Runtime's own Java API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TextEmbeddingContract {

    private static final String STEM = "all-minilm-l6-v2-q";
    private static final List<String> TEXTS = List.of(
            "How do I reset my password?",
            "I forgot my login, and the page for getting a new one says that my address is unknown to it.",
            "The weather in Kiruna is cold.");

    private final Engine engine;
    private Path folder;
    private LoadedModel model;

    protected TextEmbeddingContract(Engine engine) {
        this.engine = engine;
    }

    @BeforeAll
    void load(@TempDir Path temporary) throws Exception {
        folder = temporary;
        model = new TextEmbeddingModel(
                engine.load(
                        new ModelFile(folder.toUri(), unpacked(STEM + ".onnx"), "sha256:none"),
                        new EngineOptions("CPU", 1)),
                unpacked(STEM + "-tokenizer.json"),
                new TextEmbeddingModel.Settings(Pooling.MEAN, true, 256));
    }

    private Path unpacked(String name) throws Exception {
        Path file = folder.resolve(name);
        try (InputStream in = TextEmbeddingContract.class.getResourceAsStream("/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    @AfterAll
    void close() {
        model.close();
    }

    private float[][] embed(List<String> texts) throws EngineException {
        Tensor text = new Tensor("text", DataType.BYTES, Shape.of(texts.size()), Texts.write(texts));
        Tensor output = model.run(List.of(text)).getFirst();
        assertThat(output.shape()).isEqualTo(Shape.of(texts.size(), 384));
        FloatBuffer values =
                output.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[][] vectors = new float[texts.size()][384];
        for (int i = 0; i < vectors.length; i++) {
            values.get(i * 384, vectors[i]);
        }
        return vectors;
    }

    @Test
    void givesTheSameVectorsAsOnnxRuntimeCalledDirectly() throws Exception {
        for (String text : TEXTS) {
            assertThat(cosine(embed(List.of(text))[0], direct(text))).isGreaterThan(0.9999);
        }
    }

    @Test
    void paddingInABatchChangesAVectorNoMoreThanDynamicQuantisationDoes() throws Exception {
        float[][] together = embed(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(cosine(together[i], direct(TEXTS.get(i)))).isGreaterThan(0.98);
        }
    }

    @Test
    void likeMeansNearAndVectorsHaveLengthOne() throws Exception {
        float[][] vectors = embed(TEXTS);
        assertThat(cosine(vectors[0], vectors[1])).isGreaterThan(cosine(vectors[0], vectors[2]) + 0.2);
        assertThat(Math.sqrt(dot(vectors[2], vectors[2]))).isBetween(0.9999, 1.0001);
    }

    @Test
    void takesEmptyAndOverlongTexts() throws Exception {
        assertThat(embed(List.of("", "word ".repeat(5000)))).hasDimensions(2, 384);
    }

    @Test
    void tellsThatAModelIsNoTextEncoder() throws Exception {
        Path mixed = Path.of("src/test/resources/models/mixed.onnx").toAbsolutePath();
        LoadedModel other =
                engine.load(new ModelFile(mixed.toUri(), mixed, "sha256:none"), new EngineOptions("CPU", 1));
        assertThatThrownBy(() ->
                        new TextEmbeddingModel(other, mixed, new TextEmbeddingModel.Settings(Pooling.CLS, true, 16)))
                .hasMessageContaining("input x FP32 [-1, 3]: not a text encoder's");
        other.close();
    }

    private float[] direct(String text) throws Exception {
        new DjlEngine(Path.of("target", "native-cache").toAbsolutePath()); // wants to make the Java API's environment
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (HuggingFaceTokenizer tokenizer =
                        HuggingFaceTokenizer.newInstance(folder.resolve(STEM + "-tokenizer.json"));
                OrtSession session = environment.createSession(
                        folder.resolve(STEM + ".onnx").toString(), new OrtSession.SessionOptions())) {
            Encoding encoding = tokenizer.encode(text);
            int counted = (int) Arrays.stream(encoding.getAttentionMask()).sum();
            try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {cut(encoding.getIds(), counted)});
                    OnnxTensor mask = OnnxTensor.createTensor(
                            environment, new long[][] {cut(encoding.getAttentionMask(), counted)});
                    OnnxTensor types =
                            OnnxTensor.createTensor(environment, new long[][] {cut(encoding.getTypeIds(), counted)});
                    OrtSession.Result result =
                            session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
                float[][][] hidden = (float[][][]) result.get(0).getValue();
                float[] mean = new float[384];
                for (float[] token : hidden[0]) {
                    for (int d = 0; d < 384; d++) {
                        mean[d] += token[d] / counted;
                    }
                }
                return mean;
            }
        }
    }

    private static long[] cut(long[] values, int length) {
        return Arrays.copyOf(values, length);
    }

    private static double cosine(float[] a, float[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
